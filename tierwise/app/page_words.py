"""The words of the house that templates may use as filters, each by its own name."""

from collections.abc import Callable
from typing import Any

from . import budget_words, figure_words, people_words, volume_words, words
from . import promise_words as said

FILTERS: tuple[Callable[..., Any], ...] = (
    *(words.count, words.signed, words.decimal, words.share, words.interval, words.top),
    *(words.day, words.iso_day, words.instant, words.age, words.days, words.milliseconds),
    *(words.percentile, words.among_buyers, words.many),
    *(words.money, words.round_money, words.rough_money),
    *(said.duration, said.to_the_second, said.moment, said.wall, said.clock_name),
    *(said.kept, said.verdict, said.target, said.points, said.days_of),
    *(said.state_of, said.row_state, said.row_time, said.time_sentence),
    *(figure_words.line_text, figure_words.line_before, figure_words.line_interval),
    *(figure_words.line_rows, figure_words.line_change, figure_words.line_change_span),
    *(figure_words.line_change_sign, figure_words.line_aim, figure_words.aim_sign),
    *(figure_words.figure_text, figure_words.interval_text, figure_words.rows_text),
    *(budget_words.budget_says, budget_words.budget_sign, budget_words.burn_says),
    *(budget_words.alarm_says, budget_words.alarm_sign, budget_words.promise_says),
    *(volume_words.unusual_says, volume_words.way_of, volume_words.rarity),
    volume_words.drift_says,
    *(people_words.places, people_words.load_sign, people_words.load_says),
)
