"""First contact resolution as it is reported from counts alone, gross and net."""

from dataclasses import dataclass

from .figures import Figure
from .shares import share


@dataclass(frozen=True, slots=True)
class FirstContact:
    """Inquiries resolved at the first contact: of all, and of those that could be.

    `left_out` is the share that could not, to be shown beside: who leaves out more looks better.
    """

    gross: Figure
    net: Figure
    left_out: Figure


def first_contact(resolved: int, inquiries: int, not_resolvable: int = 0) -> FirstContact:
    """From counts; `not_resolvable` of the inquiries need a second contact whatever one does.

    ValueError if more are resolved than could be. A net rate leaves them out (MetricNet, Service
    Desk KPIs); with none of them it is the gross one.

    >>> found = first_contact(15, 25, 5)
    >>> found.gross.value, found.net.value, found.left_out.value
    (0.6, 0.75, 0.2)
    """
    if resolved > inquiries - not_resolvable:
        raise ValueError(f"{resolved} resolved of {inquiries}, of which {not_resolvable} cannot be")
    return FirstContact(
        share(resolved, inquiries),
        share(resolved, inquiries - not_resolvable),
        share(not_resolvable, inquiries),
    )
