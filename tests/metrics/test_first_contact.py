"""First contact resolution from counts: gross, net, and what was left out of the net one."""

import pytest

from tierwise.metrics.figures import Reason
from tierwise.metrics.first_contact import first_contact
from tierwise.metrics.intervals import wilson


@pytest.mark.parametrize(
    ("resolved", "inquiries", "not_resolvable", "gross", "net", "left_out"),
    [
        (15, 20, 0, 0.75, 0.75, 0.0),
        (15, 25, 5, 0.6, 0.75, 0.2),
        (0, 10, 4, 0.0, 0.0, 0.4),
        (6, 10, 4, 0.6, 1.0, 0.4),
    ],
)
def test_shares_of_all_and_of_what_could_be(
    resolved: int, inquiries: int, not_resolvable: int, gross: float, net: float, left_out: float
) -> None:
    found = first_contact(resolved, inquiries, not_resolvable)
    assert (found.gross.value, found.net.value, found.left_out.value) == (gross, net, left_out)
    assert (found.net.low, found.net.high) == wilson(resolved, inquiries - not_resolvable)


def test_where_nothing_could_be_resolved_there_is_no_net_rate() -> None:
    found = first_contact(0, 3, 3)
    assert (found.gross.value, found.net.reason) == (0.0, Reason.NOTHING)
    assert first_contact(0, 0).gross.reason is Reason.NOTHING


@pytest.mark.parametrize(("resolved", "not_resolvable"), [(21, 0), (16, 5)])
def test_more_than_could_be_is_a_mistake(resolved: int, not_resolvable: int) -> None:
    with pytest.raises(ValueError, match="resolved of 20"):
        first_contact(resolved, 20, not_resolvable)
