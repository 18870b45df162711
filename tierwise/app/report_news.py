"""The news of a report: which targets are missed, too close to call and met, in one sentence."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tierwise.metrics.attainment import Verdict

from . import figure_words, promise_words, words
from .looks import Look, look_for
from .promise_records import AttainmentAnswer, Kept
from .report_records import NEWS, TargetLine
from .scorecard_records import CheckAnswer, Judged, ScoreLine

NO_TARGETS = "No targets in the policy"
VERDICTS: Mapping[Verdict, Judged] = {
    Verdict.ON_TARGET: Judged.MET,
    Verdict.BELOW: Judged.MISSED,
    Verdict.TOO_CLOSE: Judged.UNDECIDED,
    Verdict.TOO_FEW: Judged.NO_FIGURE,
}
Looks = Mapping[str, Look]


def targets_of(
    kept: AttainmentAnswer, checked: CheckAnswer, looks: Looks, currency: str
) -> tuple[TargetLine, ...]:
    """Every promise and every other target: the worst first, then the best level first."""
    promised = [
        _promise(one, looks)
        for level in kept.levels
        for one in level.by_clock
        if one.found.verdict in VERDICTS
    ]
    others = [_target(one, looks, currency) for one in checked.lines]
    order, verdicts = [look.label for look in looks.values()], list(NEWS)

    def place(one: TargetLine) -> tuple[int, int]:
        level = order.index(one.level) if one.level in order else len(order)
        return verdicts.index(one.judged), level

    return tuple(sorted((*promised, *others), key=place))


def _promise(one: Kept, looks: Looks) -> TargetLine:
    found, clock = one.found, promise_words.clock_name(one.clock)
    return TargetLine(
        level=look_for(looks, one.level or None).label,
        what=f"{clock.lower()} within {one.within}" if one.within else clock.lower(),
        said=promise_words.kept(found) if found.counts.decided else "nothing due",
        interval="" if found.low is None or found.high is None else _ends(found.low, found.high),
        target=promise_words.target(found.target or 0),
        judged=VERDICTS[found.verdict],
    )


def _ends(low: float, high: float) -> str:
    return words.interval(low, high)


def _target(one: ScoreLine, looks: Looks, currency: str) -> TargetLine:
    return TargetLine(
        level=look_for(looks, one.level).label,
        what=in_a_sentence(figure_words.metric_of(one).name),
        said=figure_words.line_text(one, currency),
        interval=figure_words.line_interval(one, currency),
        target=figure_words.line_aim(one, currency),
        judged=one.aim.judged if one.aim else Judged.NO_FIGURE,
    )


def in_a_sentence(name: str) -> str:
    """A name that begins a heading, as it stands inside a sentence.

    >>> in_a_sentence("First response time"), in_a_sentence("CSAT, adjusted")
    ('first response time', 'CSAT, adjusted')
    """
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def news_of(targets: Sequence[TargetLine]) -> str:
    """What is worth knowing first, as a subject of a mail.

    >>> news_of([TargetLine("Premium", "CSAT", "93%", "", "95%", Judged.UNDECIDED)])
    'Premium too close to call'
    """
    by_level = _judged_by_level(targets)
    missed = {one: whats for one, whats in by_level[Judged.MISSED].items() if whats}
    close = [one for one in by_level[Judged.UNDECIDED] if one not in missed]
    parts = [*_misses(missed), *([f"{listed(close)} too close to call"] if close else [])]
    return "; ".join(parts) or _without_bad_news(targets)


def _judged_by_level(targets: Sequence[TargetLine]) -> dict[Judged, dict[str, list[str]]]:
    found: dict[Judged, dict[str, list[str]]] = defaultdict(dict)
    for one in targets:
        found[one.judged].setdefault(one.level, []).append(one.what)
    return found


def _misses(missed: Mapping[str, list[str]]) -> Iterator[str]:
    """`Plus misses CSAT`, `Plus misses 3 targets`, `Plus and Standard miss targets`."""
    if len(missed) > 1:
        yield f"{listed(list(missed))} miss targets"
    for level, whats in missed.items() if len(missed) == 1 else ():
        yield f"{level} misses {whats[0] if len(whats) == 1 else f'{len(whats)} targets'}"


def _without_bad_news(targets: Sequence[TargetLine]) -> str:
    if not targets:
        return NO_TARGETS
    met = sum(one.judged is Judged.MET for one in targets)
    if not met:
        return "Too few cases to judge any target"
    if met < len(targets):
        return f"{words.many(met, 'target')} met, too few cases for {len(targets) - met}"
    return f"All {met} targets met" if met > 1 else "The target is met"


def listed(names: Sequence[str]) -> str:
    """`Premium`, `Premium and Plus`, `Premium, Plus and Standard`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def counted(targets: Sequence[TargetLine]) -> str:
    """How many targets have which verdict: `Of 17 targets 2 are missed, 3 too close to call`."""
    if not targets:
        return "The policy names no target of these levels; write `targets` and shares into it."
    numbers = [
        (sum(one.judged is judged for one in targets), said) for judged, (_, said) in NEWS.items()
    ]
    found = [f"{words.count(number)} {said}" for number, said in numbers if number]
    return f"Of {words.many(len(targets), 'target')}: {', '.join(found)}."
