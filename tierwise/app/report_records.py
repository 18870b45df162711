"""What a report holds: the news, targets, levels, KPIs and what stands out, all in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .looks import Look
from .promise_charts import PromiseMark
from .promise_words import Sign
from .scorecard_records import Judged

KEPT, CSAT, ANSWERED = "s.attain", "csat.share", "csat.response"
HEADLINES = (
    *("t.frt", "t.res_full", "q.fcr", "q.reopen", "nps.score"),
    *("ces.ease", "vol.new", "vol.backlog", "c.cpr"),
)
"""The KPIs of the lower table, in its order; those of the upper one stand above."""

# What is said of targets, in the order in which it matters.
NEWS: Mapping[Judged, tuple[Sign, str]] = {
    Judged.MISSED: (Sign("■", "late", "Missed"), "missed"),
    Judged.UNDECIDED: (Sign("▲", "soon", "Too close to call"), "too close to call"),
    Judged.MET: (Sign("●", "ok", "Met"), "met"),
    Judged.NO_FIGURE: (Sign("○", "open", "Too few to say"), "with too few cases to say"),
}


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target of a level, what was reached, and what that says; `level` is the level's label."""

    level: str
    what: str
    said: str
    interval: str
    target: str
    judged: Judged

    @property
    def name(self) -> str:
        """`Premium CSAT`."""
        return f"{self.level} {self.what}"

    @property
    def figures(self) -> str:
        """`93.3% (90.5–95.3%), target 95%`."""
        interval = f" ({self.interval})" if self.interval else ""
        return f"{self.said}{interval}, target {self.target}"


@dataclass(frozen=True, slots=True)
class Told:
    """A figure as it is written: value, 95 % interval, rows behind it, value before, change."""

    said: str
    interval: str
    rows: str
    before: str
    change: str
    sign: Sign


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level, or all of them together: promises kept, CSAT, and who answered."""

    look: Look
    kept: Told
    csat: Told
    answered: str


@dataclass(frozen=True, slots=True)
class KpiLine:
    """One headline KPI by its id, of all levels together or of the level asked for."""

    metric: str
    name: str
    told: Told


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that stands out."""

    sign: Sign
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """One page. `news` is its first sentence, `days` and `before` are the periods compared.

    `made_up` says that the tickets are generated; it then stands in the subject too. `of` is the
    label of the only level asked for. `notes` say what is not in the numbers.
    """

    shop: str
    news: str
    days: str
    before: str
    as_of: str
    made_up: str | None
    of: str | None
    targets: tuple[TargetLine, ...]  # the worst first
    levels: tuple[LevelLine, ...]
    kpis: tuple[KpiLine, ...]
    remarks: tuple[Remark, ...]
    notes: tuple[str, ...]
    marks: tuple[PromiseMark, ...]

    @property
    def title(self) -> str:
        of = f" of {self.of}" if self.of else ""
        return f"Service levels{of}, {self.days}"

    @property
    def subject(self) -> str:
        """The news first, for it is all that a list of mails shows."""
        days = self.days.replace("–", "to")  # so that most subjects are plain ASCII
        told = (self.shop, days, *(["made-up tickets"] if self.made_up else []))
        return " ".join(f"{self.news} ({', '.join(told)})".split())  # a name may hold lines

    @property
    def by_verdict(self) -> Iterator[tuple[Sign, Judged, tuple[TargetLine, ...]]]:
        """The targets of each verdict, the worst first; none of a verdict that nothing has."""
        for judged, (sign, _) in NEWS.items():
            found = tuple(one for one in self.targets if one.judged is judged)
            if found:
                yield sign, judged, found
