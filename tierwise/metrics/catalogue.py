"""The catalogue: every KPI as one row. Documents, pages, exports and answers are made from it."""

from collections.abc import Mapping

from .kpis_promises import PROMISES
from .kpis_quality import QUALITY
from .kpis_speed import SPEED
from .kpis_voice import VOICE
from .kpis_volume import VOLUME
from .kpis_work import WORK
from .metric import Metric

CATALOGUE: Mapping[str, Metric] = {
    one.id: one for one in (*PROMISES, *SPEED, *VOICE, *QUALITY, *VOLUME, *WORK)
}
AIMS: Mapping[str, str] = {aim: one.id for one in CATALOGUE.values() for aim in (one.id, *one.aims)}
"""The KPI that a word in a policy's `targets` means."""
