"""How the models of value were fitted, and when: the record of one fit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ValueFit:
    """What the models of value said of the facts on one day, under one text of settings.

    `made_at` is UTC epoch seconds, `as_of_day` days since 1970-01-01; `report` is JSON.
    """

    fit_id: str
    made_at: int
    as_of_day: int
    facts_id: str
    settings: str
    report: str
