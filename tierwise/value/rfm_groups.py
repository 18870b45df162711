"""The named RFM groups, as a table over the 125 cells; every cell is in exactly one group."""

from dataclasses import dataclass

HIGH, MIDDLE, LOW = (4, 5), (3,), (1, 2)
ONCE, SOME, OFTEN = (1,), (2, 3), (4, 5)
SMALL, LARGE = (1, 2, 3), (4, 5)
ANY = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class RfmGroup:
    """A box of cells: customers whose three scores lie in `r`, `f` and `m` belong to `name`."""

    name: str
    r: tuple[int, ...]
    f: tuple[int, ...]
    m: tuple[int, ...]
    advice: str


PROSPECTS = "Prospects"

RFM_GROUPS: tuple[RfmGroup, ...] = (
    RfmGroup("Top Customers", HIGH, OFTEN, LARGE, "Keep every promise; greet by name."),
    RfmGroup("Loyal Customers", HIGH, OFTEN, SMALL, "Thank them; show what fits their basket."),
    RfmGroup("Loyal Customers", MIDDLE, OFTEN, ANY, "Thank them; show what fits their basket."),
    RfmGroup("High Potentials", HIGH, ONCE + SOME, LARGE, "Win the next order; answer fast."),
    RfmGroup("Promising", HIGH, SOME, SMALL, "Help them find more."),
    RfmGroup("New Customers", HIGH, ONCE, SMALL, "Make the first weeks easy."),
    RfmGroup("Need Attention", MIDDLE, ONCE + SOME, LARGE, "Ask what is missing."),
    RfmGroup("About to Sleep", MIDDLE, ONCE + SOME, SMALL, "Remind them, once."),
    RfmGroup("Top at Risk", LOW, OFTEN, LARGE, "Call before they are gone."),
    RfmGroup("At Risk", LOW, OFTEN, SMALL, "Find out why they stopped."),
    RfmGroup("At Risk", LOW, ONCE + SOME, LARGE, "Find out why they stopped."),
    RfmGroup("Hibernating", LOW, SOME, SMALL, "Low effort, good service when they come."),
    RfmGroup("Lost", LOW, ONCE, SMALL, "Low effort, good service when they come."),
)

GROUP_NAMES: tuple[str, ...] = (*dict.fromkeys(group.name for group in RFM_GROUPS), PROSPECTS)


def group_of(r: int, f: int, m: int) -> str:
    """The one group of a cell.

    >>> group_of(5, 5, 5), group_of(5, 1, 5), group_of(1, 1, 1)
    ('Top Customers', 'High Potentials', 'Lost')
    """
    (found,) = (g.name for g in RFM_GROUPS if r in g.r and f in g.f and m in g.m)
    return found
