"""How agents' time is spent: messages, occupancy, and handle time where chats run side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tierwise.value.percentiles import gini

from .figures import Figure, Reason, missing
from .volume import contact_rate

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MessageVolume:
    """Public replies of a team: per agent, and per online hour of each agent, by name.

    `inequality` is the Gini coefficient of the volumes; most of it is the roster, so compare by
    the hour.
    """

    mean: Figure
    per_hour: dict[str, Figure]
    inequality: float


def message_volume(messages: Mapping[str, int], online_h: Mapping[str, float]) -> MessageVolume:
    """Replies and online hours of each agent; who was never online has no figure.

    >>> found = message_volume({"a": 120, "b": 30}, {"a": 40, "b": 15})
    >>> found.mean.value, found.per_hour["a"].value, round(found.inequality, 3)
    (75.0, 3.0, 0.3)
    """
    counts = np.sort(np.array(list(messages.values()), dtype=np.int64))[::-1]
    return MessageVolume(
        contact_rate(int(counts.sum()), len(messages), 1),
        {
            name: contact_rate(messages[name], online_h.get(name, 0.0), 1)
            for name in sorted(messages)
        },
        gini(counts),
    )


@dataclass(frozen=True, slots=True)
class TimeUse:
    """Where paid time went, as shares; all of it is counted, so nothing is uncertain.

    `occupancy`: of online time, in handling. `utilisation`: of paid time, in handling.
    `availability`: of paid time, online. `shrinkage`: the rest of it: breaks, training, illness.
    ICMI gives the first two names the other way round.
    """

    occupancy: Figure
    utilisation: Figure
    availability: Figure
    shrinkage: Figure


def time_use(handling_s: float, available_s: float, paid_s: float) -> TimeUse:
    """`available_s` is online and waiting for work, `paid_s` everything that is paid.

    >>> found = time_use(240, 60, 480)
    >>> found.occupancy.value, found.utilisation.value, found.shrinkage.value
    (0.8, 0.5, 0.375)
    """
    online = handling_s + available_s
    return TimeUse(
        counted_share(handling_s, online),
        counted_share(handling_s, paid_s),
        counted_share(online, paid_s),
        counted_share(paid_s - online, paid_s),
    )


def counted_share(part: float, whole: float) -> Figure:
    """A share of which everything was counted: no interval."""
    return Figure(part / whole, None, None, 1) if whole else missing(Reason.NOTHING)


def handle_times(
    starts_s: ArrayLike, ends_s: ArrayLike, agents: Iterable[str] | None = None
) -> Floats:
    """Seconds of an agent's time each active interval took.

    Chats of one agent side by side split each second among them, so that the sum is the time the
    agent was busy and not more. Without `agents` all intervals are of one.

    >>> handle_times([0, 600], [1200, 1800]).tolist()
    [900.0, 900.0]
    """
    starts, ends = np.asarray(starts_s, np.float64), np.asarray(ends_s, np.float64)
    who = np.array(list(agents)) if agents is not None else np.zeros(len(starts))
    found = np.zeros(len(starts))
    for one in np.unique(who):
        mine = who == one
        found[mine] = _split(starts[mine], ends[mine])
    return found


def _split(starts: Floats, ends: Floats) -> Floats:
    """Each interval's part of the time, where so many run at once."""
    edges = np.unique(np.concatenate([starts, ends]))
    begun = np.searchsorted(np.sort(starts), edges, side="right")
    over = np.searchsorted(np.sort(ends), edges, side="right")
    at_once = np.maximum(begun - over, 1)[:-1]
    parts = np.concatenate([[0.0], np.cumsum(np.diff(edges) / at_once)])
    return np.asarray(
        parts[np.searchsorted(edges, ends)] - parts[np.searchsorted(edges, starts)], np.float64
    )
