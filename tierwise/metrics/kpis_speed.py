"""KPIs of speed: how long customers wait. Who still waits stays in, as long as it is known."""

from collections.abc import Iterator

from .kinds import How, Length, MeanLength, Rows, Wait
from .kpis_volume import COUNTABLE, CREATED
from .metric import MEANS, MEDIANS, NINETIETHS, Better, Group, Metric, Unit
from .windows import RESTRICTED_S

_ASKED = Rows("ticket_measures", "created_s", f"{COUNTABLE} AND asked_s IS NOT NULL")
_BOT = Rows("ticket_measures", "created_s", f"{COUNTABLE} AND handed_over_s IS NOT NULL")
_GOES = "is_countable = 1 OR gone_as = 'merged'"
_KNOWN = Rows("ticket_measures", "created_s", _GOES)
_NEXT = Rows("waiting_spells", "asked_s", "number > 1")
_WAITED = Rows("waiting_spells", "answered_s", "answered_s IS NOT NULL")
_SOLVED_OR_GONE = "LEAST(COALESCE(solved_s, gone_s), COALESCE(gone_s, solved_s))"
_OPEN = "full_s IS NULL"
_HALF, _TENTH = "half of them took longer", "one in ten took longer"


def _quantiles(
    metric_id: str, name: str, says: str, how: Wait | Length, *cases: str
) -> Iterator[Metric]:
    """The median and the 90th percentile of the same wait."""
    shown = (("", "", 0.5, _HALF, MEDIANS), (".p90", ", 9 in 10", 0.9, _TENTH, NINETIETHS))
    for ending, of, quantile, means, enough in shown:
        alias = metric_id.removeprefix("t.") + ("_p90" if ending else "")
        yield Metric(
            metric_id + ending,
            name + of,
            Group.SPEED,
            f"{says} In time on the clock, {means}; what still goes on stays in.",
            f"{'90th percentile' if ending else 'median'} of the Kaplan–Meier curve",
            Unit.SECONDS,
            Better.DOWN,
            _with_quantile(how, quantile),
            enough,
            "Kaplan and Meier 1958; Brookmeyer and Crowley 1982",
            cases,
            (_ALIASES.get(alias, alias),),
        )


_ALIASES = {
    "frt": "first_response",
    "frt_p90": "first_response_p90",
    "next": "next_response",
    "next_p90": "next_response_p90",
    "res_first": "first_resolution",
    "res_first_p90": "first_resolution_p90",
    "res_full": "resolution",
    "res_full_p90": "resolution_p90",
}


def _with_quantile(how: Wait | Length, quantile: float) -> How:
    if isinstance(how, Length):
        return Length(how.rows, how.of, how.is_open, quantile)
    return Wait(how.rows, how.since, how.ended, how.dropped, quantile)


def _in_office(clock: str) -> Length:
    """Business time of a promised clock, as far as it has run."""
    return Length(
        Rows("clock_waits", "started_s", f"clock = '{clock}'"), "elapsed_s", "is_open = 1"
    )


SPEED = (
    *_quantiles(
        "t.frt",
        "First response time",
        "From the customer's first message to the first public reply of a person. Bots, "
        "automations and private notes answer nothing; a ticket solved without a reply never got "
        "one.",
        Wait(_ASKED, "asked_s", "human_s", _SOLVED_OR_GONE),
        "frt_01",
        "frt_07",
        "frt_08",
    ),
    *_quantiles(
        "t.frt_any",
        "First response, bots included",
        "From the customer's first message to the first public reply of a person or a bot. Shown "
        "beside the one above, never instead.",
        Wait(_ASKED, "asked_s", "any_s", _SOLVED_OR_GONE),
        "frt_07",
    ),
    *_quantiles(
        "t.frt_handoff",
        "Response after hand-over",
        "From the hand-over by a bot to the first public reply of a person.",
        Wait(_BOT, "handed_over_s", "after_handover_s", _SOLVED_OR_GONE),
    ),
    *_quantiles(
        "t.frt_office",
        "First response in business time",
        "First responses that were promised, in the open time of their calendar.",
        _in_office("first_response"),
        "frt_01",
        "frt_05",
        "frt_06",
    ),
    *_quantiles(
        "t.next",
        "Next response time",
        "After the first response: from the first message that was not answered to the next "
        "public reply of a person.",
        Wait(_NEXT, "asked_s", "answered_s", "dropped_s"),
        "frt_07",
    ),
    Metric(
        "t.avg",
        "Average response time",
        Group.SPEED,
        "Mean of all waits that were answered in the period, first and later ones alike: each "
        "reply counts once. Waits that go on are not in it; look at the medians for them.",
        "Σ waits / answered waits",
        Unit.SECONDS,
        Better.DOWN,
        MeanLength(_WAITED, "answered_s - asked_s"),
        MEANS,
        "reply-weighted; a mean over tickets is another number (frt_09)",
        ("frt_07", "frt_09"),
        ("average_response",),
    ),
    *_quantiles(
        "t.rwt",
        "Requester wait",
        "How long tickets were new, open or on hold: time the customer waited for us.",
        Length(CREATED, "new_length_s + open_length_s + hold_length_s", _OPEN),
        "ttr_02",
    ),
    *_quantiles(
        "t.awt",
        "Waited for the customer",
        "How long tickets were pending: time we waited for the customer.",
        Length(CREATED, "pending_length_s", _OPEN),
        "ttr_02",
    ),
    *_quantiles(
        "t.hold",
        "On hold",
        "How long tickets were on hold: time others were waited for.",
        Length(CREATED, "hold_length_s", _OPEN),
        "ttr_02",
    ),
    *_quantiles(
        "t.res_first",
        "Time to first resolution",
        "From the customer's first message, or the opening, until the ticket was first solved. A "
        "ticket merged into another is never solved itself.",
        Wait(_KNOWN, "COALESCE(asked_s, created_s)", "solved_s", "gone_s"),
        "km_01",
        "km_02",
        "km_03",
        "km_05",
        "ttr_01",
    ),
    *_quantiles(
        "t.res_full",
        "Time to full resolution",
        "From the customer's first message, or the opening, until the ticket was last solved, "
        "reopenings included.",
        Wait(_KNOWN, "COALESCE(asked_s, created_s)", "full_s", "gone_s"),
        "ttr_01",
    ),
    Metric(
        "t.res_mean",
        "Mean resolution time",
        Group.SPEED,
        "Time to first resolution, of the tickets first solved in the period, added up and "
        "shared out. What is still open is not in it, so a growing queue looks quick: the medians "
        "are the headline.",
        "Σ time to first resolution / first solved",
        Unit.SECONDS,
        Better.DOWN,
        MeanLength(
            Rows("ticket_measures", "solved_s", COUNTABLE),
            "solved_s - COALESCE(asked_s, created_s)",
        ),
        MEANS,
        "the common formula",
        ("ttr_01",),
        ("mean_resolution",),
    ),
    Metric(
        "t.rmst",
        "Time open in the first 14 days",
        Group.SPEED,
        "How long a ticket was open on average within the 14 days after its opening: it compares "
        "queues of any age.",
        "area under the Kaplan–Meier curve up to 14 days",
        Unit.SECONDS,
        Better.DOWN,
        Wait(
            _KNOWN,
            "COALESCE(asked_s, created_s)",
            "solved_s",
            "gone_s",
            quantile=None,
            within_s=RESTRICTED_S,
        ),
        MEANS,
        "restricted mean survival time",
        ("km_01", "km_02"),
    ),
)
