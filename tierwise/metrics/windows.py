"""How long the catalogue waits before it judges, in seconds; each is written beside its KPI."""

HOUR_S, DAY_S = 3_600, 86_400

FIRST_CONTACT_S = 7 * DAY_S
REOPEN_S = 7 * DAY_S
COURTESY_S = DAY_S
NEXT_ISSUE_S = 28 * DAY_S
CONTAINED_S = 72 * HOUR_S
SESSION_S = HOUR_S
ABOUT_ORDER_S = 60 * DAY_S
ACTIVE_S = 365 * DAY_S
HALF_LIFE_S = 30 * DAY_S
SHORT_ABANDON_S = 10
RESTRICTED_S = 14 * DAY_S

WINDOWS = {
    "reopen_s": REOPEN_S,
    "courtesy_s": COURTESY_S,
    "issue_s": NEXT_ISSUE_S,
    "session_s": SESSION_S,
    "about_s": ABOUT_ORDER_S,
    "active_s": ACTIVE_S,
}
"""Parameters of the measures."""


def over_by_now(instant: str, window_s: int) -> str:
    """Whether a window that begins at an instant is over, so that it can be judged."""
    return f"{instant} + {window_s} <= {{{{ as_of_s }}}}"
