"""KPIs of quality and effort: was it resolved, at once, by whom, and did it come back?"""

from .kinds import Ratio, Rows, Share
from .kpis_volume import COUNTABLE, CREATED
from .metric import MEANS, SHARES, Better, Group, Metric, Unit
from .windows import FIRST_CONTACT_S, NEXT_ISSUE_S, REOPEN_S, over_by_now

_SOLVED = Rows("ticket_measures", "solved_s", COUNTABLE)
_BY_PEOPLE = "human_messages > 0"


def first_contact(window_s: int) -> Share:
    """Issues resolved at the first contact, judged when so many seconds are over since."""
    judged = over_by_now("solved_s", window_s)
    issues = f"{COUNTABLE} AND opens_issue = 1 AND {_BY_PEOPLE} AND {judged}"
    at_once = "touches_to_solve <= 1 AND asks_after_answer = 0 AND reopens = 0 AND escalated = 0"
    stayed_away = f"(again_s IS NULL OR again_s > solved_s + {window_s})"
    return Share(Rows("ticket_measures", "solved_s", issues), f"{at_once} AND {stayed_away}")


_FOLLOWED = Rows(
    "ticket_measures",
    "solved_s",
    f"{COUNTABLE} AND opens_issue = 1 AND {over_by_now('solved_s', NEXT_ISSUE_S)}",
)
_CAME_BACK = f"next_s IS NOT NULL AND next_s <= solved_s + {NEXT_ISSUE_S}"
_RELATED = f"again_s IS NOT NULL AND again_s <= solved_s + {NEXT_ISSUE_S}"

QUALITY = (
    Metric(
        "q.fcr",
        "First contact resolution",
        Group.QUALITY,
        "Share of issues resolved at the first contact, judged when 7 days are over: one reply or "
        "one live session of a person, no further question, no reopening, no escalation, and no "
        "new ticket about the same order or topic within 7 days. Issues that no person answered "
        "are not counted.",
        "resolved at first contact / issues whose 7 days are over",
        Unit.SHARE,
        Better.UP,
        first_contact(FIRST_CONTACT_S),
        SHARES,
        "event based; vendors' five versions do not agree with one another",
        ("fcr_01", "fcr_02"),
        ("fcr", "first_contact_resolution"),
        FIRST_CONTACT_S,
    ),
    Metric(
        "q.onetouch",
        "One-touch tickets",
        Group.QUALITY,
        "Solved tickets with fewer than two public replies of a person, whether the customer came "
        "back or not. Only to compare with Zendesk's reports.",
        "solved with < 2 replies / solved",
        Unit.SHARE,
        Better.UP,
        Share(_SOLVED, "human_messages < 2"),
        SHARES,
        "Zendesk's formula",
        ("fcr_02",),
    ),
    Metric(
        "q.next_issue",
        "Downstream issues",
        Group.QUALITY,
        "Share of resolved issues after which the customer came with a related one within 28 "
        "days: about the same order, or the same topic where none is named.",
        "followed by a related ticket / issues whose 28 days are over",
        Unit.SHARE,
        Better.DOWN,
        Share(_FOLLOWED, _RELATED),
        SHARES,
        "next-issue avoidance (CEB)",
        ("next_01",),
        window_s=NEXT_ISSUE_S,
    ),
    Metric(
        "q.related",
        "Related repeat contacts",
        Group.QUALITY,
        "Of the resolved issues after which the customer came again within 28 days for anything, "
        "the share in which it was about the same.",
        "related / all that came again",
        Unit.SHARE,
        Better.DOWN,
        Share(Rows("ticket_measures", "solved_s", f"{_FOLLOWED.where} AND {_CAME_BACK}"), _RELATED),
        SHARES,
        "another denominator than downstream issues",
        ("next_01",),
        window_s=NEXT_ISSUE_S,
    ),
    Metric(
        "q.reopen",
        "Reopen rate",
        Group.QUALITY,
        "Share of solved tickets that a customer reopened within 7 days. A reopening that was "
        "solved again within a day without a reply (a thank-you) is a courtesy and not counted.",
        "reopened / solved tickets whose 7 days are over",
        Unit.SHARE,
        Better.DOWN,
        Share(
            Rows(
                "ticket_measures",
                "solved_s",
                f"{COUNTABLE} AND {over_by_now('solved_s', REOPEN_S)}",
            ),
            "reopens > 0",
        ),
        SHARES,
        "courtesy reopenings apart",
        ("reopen_01",),
        ("reopen_rate",),
        REOPEN_S,
    ),
    Metric(
        "q.interact",
        "Interactions per ticket",
        Group.QUALITY,
        "Public messages of the customer and of people, of the tickets first solved in the period.",
        "messages / first solved tickets",
        Unit.RATE,
        Better.DOWN,
        Ratio(_SOLVED, "human_messages + customer_messages", "1"),
        MEANS,
        "mean over tickets, spread over customers",
        ("int_01", "int_02"),
        ("interactions",),
    ),
    Metric(
        "q.touches",
        "Touches per ticket",
        Group.QUALITY,
        "Replies of people, where those without a question between them, and those of one live "
        "session, count once: comparable across channels.",
        "touches / first solved tickets",
        Unit.RATE,
        Better.DOWN,
        Ratio(_SOLVED, "touches", "1"),
        MEANS,
        "chat lines are not e-mails",
        ("int_01",),
    ),
    Metric(
        "q.escal",
        "Escalation rate",
        Group.QUALITY,
        "Share of new tickets that were escalated, or whose priority an agent raised. Going to "
        "the team of a better level is no escalation.",
        "escalated / new tickets",
        Unit.SHARE,
        Better.DOWN,
        Share(CREATED, "escalated = 1"),
        SHARES,
        "escalations / inquiries",
        ("esc_01",),
        ("escalation_rate",),
    ),
    Metric(
        "q.switch",
        "Channel switches",
        Group.QUALITY,
        "Share of issues for which the customer used another channel within 28 days.",
        "issues on two channels / issues",
        Unit.SHARE,
        Better.DOWN,
        Share(
            Rows("ticket_measures", "created_s", f"{COUNTABLE} AND opens_issue = 1"),
            f"again_s <= created_s + {NEXT_ISSUE_S} AND again_channel <> channel",
        ),
        SHARES,
        "a cause of effort",
    ),
    Metric(
        "q.match",
        "Routing match",
        Group.QUALITY,
        "Share of tickets first given to the team that their level prescribes, of those whose "
        "level prescribes one.",
        "first team as prescribed / tickets with a prescription",
        Unit.SHARE,
        Better.UP,
        Share(
            Rows(
                "ticket_measures",
                "created_s",
                f"{COUNTABLE} AND level_team IS NOT NULL AND first_team IS NOT NULL",
            ),
            "first_team = level_team",
        ),
        SHARES,
        "the policy's `team`",
        (),
        ("routing_match",),
    ),
)
