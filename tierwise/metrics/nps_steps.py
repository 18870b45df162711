"""How recommendation changed from one answer to the next, and what was bought before each."""

from tierwise.facts.columns import Column, Kind, Table
from tierwise.facts.models import SqlModel

from .contact_tables import SURVEY_MEASURES
from .measured_columns import PACKAGE, SLICES

BANDS = ("detractor", "passive", "promoter")

_SPENT = "What the customer paid in the 91 days before {}, less what was given back."
NPS_STEPS = SqlModel(
    PACKAGE,
    Table(
        "nps_steps",
        "Each pair of successive NPS answers of a customer about no ticket. Revenue goes with the "
        "band, it need not come from it. Money is in minor units of the policy's currency; orders "
        "without a rate are left out. Slices are those of the later answer.",
        ("survey_id",),
        (
            Column("survey_id", Kind.TEXT, "The later answer."),
            Column("customer", Kind.TEXT, "Who answered."),
            *SLICES,
            Column("before_s", Kind.INSTANT, "When the earlier answer was given."),
            Column("answered_s", Kind.INSTANT, "When the later one was given."),
            Column("band_before", Kind.TEXT, "Band of the earlier answer.", choices=BANDS),
            Column("band_after", Kind.TEXT, "Band of the later one.", choices=BANDS),
            Column("revenue_before_minor", Kind.MONEY, _SPENT.format("the earlier one")),
            Column("revenue_after_minor", Kind.MONEY, _SPENT.format("the later one")),
            Column(
                "is_whole",
                Kind.COUNT,
                "1 if orders are known from 91 days before the earlier answer on; otherwise what "
                "was paid before it may be more.",
                low=0,
                high=1,
            ),
        ),
    ),
    reads=(SURVEY_MEASURES.name, "orders", "daily_rates", "identities"),
)
