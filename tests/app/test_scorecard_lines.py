"""What the commands about KPIs say, from the remembered shop: tables in words, reasons once."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tierwise.app.cli import desk_lines, scorecard_lines
from tierwise.app.cli.scorecard_lines import EACH_LEVEL, EVERY_LEVEL, Said
from tierwise.app.desk_records import Comment
from tierwise.app.questions import CUTS
from tierwise.app.scorecard_lines import NOT_SAID
from tierwise.app.scorecard_records import Aim, CheckAnswer, Judged, RowsAsked, ScoreLine
from tierwise.metrics.figures import Figure, Reason, missing

from .remembered_answers import RememberedAnswers

SHOP = RememberedAnswers()
SAID = Said(dict(SHOP.levels()), SHOP.currency())
SURE = Figure(0.9, 0.85, 0.94, 300)
NONE = missing(Reason.NOTHING)


def lines(*figures: Figure, metric: str = "csat.share", aim: Aim | None = None) -> list[ScoreLine]:
    """Lines of one KPI: all levels together, then Premium, Plus and Standard."""
    levels = (None, "premium", "plus", "standard")
    return [
        ScoreLine(metric, level, figure, NONE, aim=aim if level else None)
        for level, figure in zip(levels, figures, strict=False)
    ]


def told(found: Iterable[ScoreLine]) -> list[tuple[str, str]]:
    """The level and the figure of every line that is shown."""
    return [(line[1], line[2]) for line in scorecard_lines.score_lines(found, SAID)]


def test_each_level_has_its_line() -> None:
    assert told(lines(SURE, SURE, NONE, SURE)) == [
        (EVERY_LEVEL, "90.0%"),
        ("Premium", "90.0%"),
        ("Plus", "nothing in these days"),
        ("Standard", "90.0%"),
    ]


def test_a_reason_is_said_once() -> None:
    unread, apart = missing(Reason.NO_SOURCE), missing(Reason.NOT_BY_LEVEL)
    assert told(lines(*[unread] * 4)) == [(EVERY_LEVEL, "no data of this kind was read")]
    assert told(lines(SURE, *[apart] * 3)) == [
        (EVERY_LEVEL, "90.0%"),
        (EACH_LEVEL, "not told by level"),
    ]


def test_figures_that_happen_to_be_alike_are_all_shown() -> None:
    assert len(told(lines(*[SURE] * 4))) == 4
    few = [missing(Reason.TOO_FEW, n) for n in (3, 1, 1, 2)]
    assert len(told(lines(*few))) == 4
    aimed = lines(*[NONE] * 4, aim=Aim(0.9, Judged.NO_FIGURE))
    assert len(told(aimed)) == 4


def test_a_slice_without_a_value_is_told_from_the_whole() -> None:
    whole, premium = lines(SURE, SURE)
    sliced = [replace(whole, slice="chat"), replace(whole, slice=""), premium]
    shown = list(scorecard_lines.score_lines([whole, *sliced], SAID, sliced=True))
    assert [line[1:3] for line in shown] == [
        (EVERY_LEVEL, ""),
        (EVERY_LEVEL, "chat"),
        (EVERY_LEVEL, NOT_SAID),
        ("Premium", ""),
    ]


@pytest.mark.parametrize("by", [None, *CUTS])
def test_every_line_fits_under_its_heads_and_says_a_figure_or_why_not(by: str | None) -> None:
    heads: tuple[str, ...] = scorecard_lines.SCORE_HEADS
    heads = scorecard_lines.with_slice(heads, by) if by else heads
    place = heads.index("figure>")
    found = SHOP.scorecard(None, by=by)
    for _, part in scorecard_lines.by_group(found.lines):
        for line in scorecard_lines.score_lines(part, SAID, sliced=bool(by)):
            assert len(line) == len(heads)
            assert line[place] not in {"", "–", "0.0%"}


def test_groups_come_in_the_order_of_the_catalogue_and_lose_nothing() -> None:
    found = SHOP.scorecard(None).lines
    parts = list(scorecard_lines.by_group(found))
    assert sum(len(part) for _, part in parts) == len(found)
    assert parts[0][0] == "Promises"


def test_few_rows_are_marked_and_a_missing_figure_is_not() -> None:
    pale = replace(SURE, n=12, is_pale=True)
    shown = list(scorecard_lines.score_lines(lines(SURE, pale, missing(Reason.TOO_FEW, 3)), SAID))
    assert [line[4] for line in shown] == [
        "300 survey answers",
        "12 survey answers, few",
        "3 survey answers",
    ]


@pytest.mark.parametrize(
    ("judged", "says"),
    [
        ((), "no level has a target"),
        ((Judged.MET,), "1 met"),
        ((Judged.MET, Judged.MISSED, Judged.MISSED), "2 missed, 1 met"),
        ((Judged.UNDECIDED, Judged.NO_FIGURE), "1 undecided, 1 with too few to say"),
    ],
)
def test_a_check_counts_its_verdicts(judged: tuple[Judged, ...], says: str) -> None:
    found = SHOP.check(None)
    made = tuple(replace(found.lines[0], aim=Aim(0.9, one)) for one in judged)
    answer = CheckAnswer(found.as_of, found.period, made)
    assert scorecard_lines.check_summary(answer).startswith(says)
    assert len(answer.missed) == judged.count(Judged.MISSED)


def test_a_trend_has_a_column_for_each_level_best_first() -> None:
    found = SHOP.metric("nps.score", None)
    assert found
    shuffled = replace(found, trend=tuple(reversed(found.trend)))
    heads = scorecard_lines.trend_heads(shuffled, SAID)
    assert heads[:3] == ("week", f"{EVERY_LEVEL}>", "Premium>")
    weeks = list(scorecard_lines.trend_lines(shuffled, SAID))
    assert {len(line) for line in weeks} == {len(heads)}
    assert weeks == list(scorecard_lines.trend_lines(found, SAID))


def test_rows_say_what_is_not_known() -> None:
    found = SHOP.metric_rows("t.frt", None, RowsAsked(limit=40))
    assert found
    shown = list(scorecard_lines.row_lines(found, SAID))
    assert {len(line) for line in shown} == {len(scorecard_lines.ROW_HEADS)}
    assert all(all(line) for line in shown)
    assert any(line[-1].endswith("so far") for line in shown)
    assert scorecard_lines.rows_summary(found).startswith("40 of ")


def test_tables_of_the_desk_fit_under_their_heads() -> None:
    budget, voice, people, volume = (
        SHOP.budget(None),
        SHOP.voice(None),
        SHOP.people(None),
        SHOP.volume(None),
    )
    tables = (
        (desk_lines.BUDGET_HEADS, desk_lines.budget_lines(budget, SAID, 15_317)),
        (desk_lines.STEP_HEADS, desk_lines.step_lines(voice, SAID)),
        (desk_lines.TEAM_HEADS, desk_lines.team_lines(people, SAID)),
        (desk_lines.AGENT_HEADS, desk_lines.agent_lines(people)),
        (desk_lines.VOLUME_HEADS, desk_lines.volume_lines(volume)),
    )
    for heads, found in tables:
        shown = list(found)
        assert shown
        assert {len(line) for line in shown} == {len(heads)}


def test_a_budget_says_how_long_it_lasts_and_what_burns() -> None:
    found = SHOP.budget(None)
    lasts = {line[:2]: line[-1] for line in desk_lines.budget_lines(found, SAID, 15_317)}
    assert lasts["Premium", "First response"] == "until 14 Dec 2011"
    assert lasts["Premium", "Resolution"] == "gone since 7 Dec 2011"
    assert lasts["Standard", "First response"] == "to the end"
    alarms = list(desk_lines.alarm_lines(found, SAID))
    assert alarms[0].startswith(
        "Premium, First response: page: burns 2.6× in the last 9 h and 3.1×"
    )
    assert [one for one in alarms if "Plus, Resolution" in one] == [
        "Plus, Resolution: no alarm, a promise of 100 % has no budget to burn"
    ]


def test_agents_come_by_name() -> None:
    names = [line[0] for line in desk_lines.agent_lines(SHOP.people(None))]
    assert names == sorted(names, key=str.casefold)


def test_a_customer_cannot_move_the_cursor() -> None:
    found = SHOP.voice(None)
    said: Comment = replace(found.comments[0], text="ok\x1b[2J\n\n\x07  bye\u202e")
    (line,) = desk_lines.comment_lines(replace(found, comments=(said,)), SAID)
    assert line.endswith(": ok [2J bye")
