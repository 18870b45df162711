"""What is measured of every ticket, wait, answer, contact and hour, before anything is counted.

One row per thing measured, by SQL models, so that engines agree to the second. Instants are `_s`,
lengths end with `_length_s`; customers who are not known are customers of their own.
"""

from .contact_tables import (
    ACTIVE_SPANS,
    COST_MEASURES,
    HELP_MEASURES,
    LIVE_MEASURES,
    ORDER_MEASURES,
    SURVEY_MEASURES,
)
from .desk_tables import AGENT_DAYS, BOT_MEASURES, OPEN_SPANS, TICKET_MEASURES, WAITING_SPELLS
from .talk_tables import TICKET_STEPS

MEASURES = (
    *TICKET_STEPS,
    TICKET_MEASURES,
    WAITING_SPELLS,
    OPEN_SPANS,
    SURVEY_MEASURES,
    AGENT_DAYS,
    HELP_MEASURES,
    LIVE_MEASURES,
    BOT_MEASURES,
    ACTIVE_SPANS,
    ORDER_MEASURES,
    COST_MEASURES,
)
"""In the order in which they are run; stories, `tickets_asked` and `level_spans` come before."""
