"""The rungs of the ladder of forecasts; loads nothing, as policies name them too."""

from enum import StrEnum


class Rung(StrEnum):
    """How a forecast was made, best first."""

    MODEL = "model"
    COHORT = "cohort mean"
    SHOP = "shop mean"
