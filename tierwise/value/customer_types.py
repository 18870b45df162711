"""What type of customer each one is: life cycle, dispositions and mood, with the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .customer_type_rules import (
    DAYS,
    LAYERS,
    POINTS,
    SHARE,
    TYPE_RULES,
    TYPES,
    CustomerType,
    type_called,
    type_rules,
)
from .dispositions import DISPOSITION_MODELS
from .life_cycles import LIFE_CYCLE_MODELS
from .mood import CES_HIGH_IS, MOOD_FADING, MOOD_MODELS, SIGNALS, mood_fading
from .shopper_paths import PAGE_CLASSES, PATH_MODELS, TICKET_TOPICS, page_classes, ticket_topics

COUNT, NUMBER, TEXT = Kind.COUNT, Kind.NUMBER, Kind.TEXT
YES, NO, UNKNOWN = STATES = ("yes", "no", "unknown")

CUSTOMER_TYPES = SqlModel(
    package="tierwise.value",
    output=Table(
        "customer_types",
        "One row per customer and type. Types say how to treat somebody; no rule can see them.",
        ("customer_id", "type"),
        (
            Column("customer_id", TEXT, "The customer, after identities were settled."),
            Column("type", TEXT, "The type.", choices=TYPES),
            Column("layer", TEXT, "What kind of type it is.", choices=LAYERS),
            Column(
                "state",
                TEXT,
                "Whether the customer is of the type; `unknown` where the evidence is less than "
                "the least, or the shop records nothing of the kind.",
                choices=STATES,
            ),
            Column(
                "score",
                NUMBER,
                "How much: 0 or 1 in the life cycle; a disposition's own share drawn to the "
                "shop's usual, for discount chasers 0.2 of it and 0.8 of the mean depth of "
                "discount drawn the same way; 1 − Π (1 − weight · 2^(−age / 30)) for anger.",
                nullable=True,
                low=0,
                high=1,
            ),
            Column("shown", COUNT, "Evidence that speaks for it.", low=0),
            Column("evidence", COUNT, "Orders, sessions, contacts … it rests on.", low=0),
            Column("least_evidence", COUNT, "Below, it is unknown.", low=0),
            Column(
                "own",
                NUMBER,
                "The customer's own figure: share for dispositions; NPS 0–10 for advocates; days "
                "since the last sign for angry, since the first order for novice and loyal, "
                "since the last for regular and lapsing.",
                nullable=True,
            ),
            Column(
                "usual",
                NUMBER,
                "What it is held against: the shop's usual share; a novice's time and the median "
                "tenure in days.",
                nullable=True,
            ),
            Column(
                "chance",
                NUMBER,
                "Chance that a disposition's share is above the usual by the margin.",
                nullable=True,
                low=0,
                high=1,
            ),
            Column("heaviest", TEXT, "The sign of anger that says most.", nullable=True),
        ),
    ),
    reads=(
        *("customer_type_rules", "life_cycles", "shopper_advocates"),
        *("disposition_counts", "disposition_scores", "mood_scores"),
    ),
)

# What needs no scores, and what needs them: between the two, `score_dispositions`.
COUNTING_MODELS: tuple[SqlModel, ...] = (
    *LIFE_CYCLE_MODELS,
    *PATH_MODELS,
    *DISPOSITION_MODELS,
    *MOOD_MODELS,
)
TYPING_MODELS: tuple[SqlModel, ...] = (CUSTOMER_TYPES,)

# Besides `as_of_day`: what the models must be told, and the default.
TYPE_PARAMETERS: Mapping[str, str] = {"ces_high_is": CES_HIGH_IS[0]}

_SIGNS = {signal.name: signal.says for signal in SIGNALS}


@dataclass(frozen=True, slots=True)
class TypeEvidence:
    """A row of CUSTOMER_TYPES."""

    customer_id: str
    type: str
    layer: str
    state: str
    score: float | None
    shown: int
    evidence: int
    least_evidence: int
    own: float | None = None
    usual: float | None = None
    chance: float | None = None
    heaviest: str | None = None


def type_settings(
    own_pages: Mapping[str, str] | None = None, own_topics: Mapping[str, str] | None = None
) -> dict[Table, tuple[list[str] | list[int], ...]]:
    """The columns of every small table the models read besides facts and values.

    `own_pages` maps a shop's event names to page classes, `own_topics` its ticket categories
    to topics; they come on top of the defaults.
    """
    return {
        TYPE_RULES: type_rules(),
        PAGE_CLASSES: page_classes(own_pages),
        TICKET_TOPICS: ticket_topics(own_topics),
        MOOD_FADING: mood_fading(),
    }


def evidence_of(row: TypeEvidence) -> str:
    """What a type rests on, as an agent reads it.

    >>> chaser = ("ada", "discount_chaser", "disposition", "yes", 0.6, 7, 9, 5, 7 / 9, 0.31)
    >>> evidence_of(TypeEvidence(*chaser))
    "7 of 9 orders were discounted; the shop's usual is 31 %"
    >>> evidence_of(TypeEvidence("ada", "impulsive", "disposition", "unknown", None, 1, 1, 3))
    '1 of the 3 orders it takes to tell'
    """
    known = type_called(row.type)
    if row.evidence < row.least_evidence:
        return _too_little(row, known)
    if row.state == UNKNOWN:
        return f"nothing of the kind is recorded in {_counted(row.evidence, known)}, or for anybody"
    if row.evidence == 0:
        return "no paid order yet"
    told = known.evidence.format(
        counted=_counted(row.evidence, known),
        shown=row.shown,
        own=_figure(row.own, known.unit),
        ago=_ago(row.own),
        usual=_figure(row.usual, known.unit),
    )
    if row.heaviest is None:
        return told
    return f"{told}; the last {_ago(row.own)}, the heaviest {_SIGNS[row.heaviest]}"


def _too_little(row: TypeEvidence, known: CustomerType) -> str:
    one, several = known.counts
    if row.least_evidence == 1:
        return f"no {one} yet"
    return f"{row.evidence} of the {row.least_evidence} {several} it takes to tell"


def _counted(count: int, known: CustomerType) -> str:
    one, several = known.counts
    return f"{count} {one if count == 1 else several}"


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == SHARE:
        return f"{100 * value:.0f} %"
    if unit == POINTS:
        return f"{value:.0f}"
    return "1 day" if value == 1 else f"{value:.0f} days"


def _ago(days: float | None) -> str:
    return "today" if days == 0 else f"{_figure(days, DAYS)} ago"
