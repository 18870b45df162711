"""CSAT of a Zendesk export: ratings of the older kind, answers of the newer; a desk has one."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tierwise.facts.problems import Expected
from tierwise.facts.tables import SURVEYS

from .cells import Cell, CellReader, constant
from .headers import Wanted
from .reading import Part, Problems, ReadOptions, Remark, TextRows
from .table_files import read_table_rows
from .zendesk_desk import Desk, instant_parser, named

_GOOD, _BAD, _OFFERED, _UNOFFERED = "good", "bad", "offered", "unoffered"
# What a rating says, on a scale from 0 to 1. With a comment it is called `good_with_comment` too.
_SCORES = {_GOOD: 1.0, _BAD: 0.0}
_RATING_TYPES = frozenset({"", "rating_scale", "rating", "csat"})
# The lowest good rating, by the highest one.
_GOOD_FROM = {5: 4, 3: 3, 2: 2}
_USUAL_SCALE = 5


def read_ratings(path: Path, desk: Desk, options: ReadOptions) -> Iterator[Part]:
    """Ratings and offers; a ticket that was never offered a rating was not asked.

    A rating that was changed is two rows where the export has both.
    """
    wanted = Wanted(
        ("id", "ticket_id", "score", "created_at"), ("requester_id", "updated_at", "comment")
    )
    read_instant = instant_parser(options, path.name)
    rated, when = ("updated_at", "created_at", "score"), partial(_rated_at, read_instant)
    cells = (
        Cell("survey_id", ("id", *rated), partial(_survey_id, "rating", when)),
        Cell("customer_id", ("requester_id", "ticket_id"), partial(_asked, desk)),
        Cell("ticket_id", ("ticket_id",), partial(_ticket, desk)),
        constant(SURVEYS.column("question"), "csat"),
        Cell("offered_at", ("created_at",), read_instant),
        Cell("answered_at", rated, when),
        Cell("score", ("score",), _score),
        constant(SURVEYS.column("scale_low"), 0.0),
        constant(SURVEYS.column("scale_high"), 1.0),
        Cell("comment", ("comment",), _or_none),
    )
    reader = CellReader(SURVEYS, cells, path.name)
    for part in read_table_rows(path, wanted, options):
        yield from (part,) if isinstance(part, Problems) else reader.read(_asked_at_all(part))


def read_answers(path: Path, desk: Desk, options: ReadOptions) -> Iterator[Part]:
    """Answers to the rating question, and responses that nobody has given yet."""
    names = _AnswerNames(
        named(path, options, "ticket_id", "subject_id", "subject"),
        named(path, options, "responder_id", "requester_id", "user_id"),
        named(path, options, "question_type", "type"),
        named(path, options, "answered_at", "updated_at", "created_at"),
        named(path, options, "offered_at", "created_at"),
    )
    rating = named(path, options, "rating", "rating_category")
    optional = (names.responder, names.kind, names.offered, "rating_category", "rating")
    wanted = Wanted(
        ("id", names.ticket, names.answered, rating), (*optional, "scale_max", "comment")
    )
    reader = CellReader(SURVEYS, _answer_cells(names, desk, options, path.name), path.name)
    others = 0
    for part in read_table_rows(path, wanted, options):
        if isinstance(part, Problems):
            yield part
            continue
        ratings = [
            row
            for row, kind in enumerate(part.columns[names.kind])
            if kind.strip().lower() in _RATING_TYPES
        ]
        others += len(part.lines) - len(ratings)
        yield from reader.read(part.chosen(ratings))
    if others:
        yield Remark(f"{path.name} has {others:,} answers to other questions than the rating")


class _AnswerNames(NamedTuple):
    """What the file calls the columns that go by several names."""

    ticket: str
    responder: str
    kind: str
    answered: str
    offered: str


def _answer_cells(
    names: _AnswerNames, desk: Desk, options: ReadOptions, file: str
) -> tuple[Cell, ...]:
    read_instant = instant_parser(options, file)
    judged = ("rating", "rating_category", "scale_max")
    answered, when = (names.answered, *judged[:2]), partial(_answered_at, read_instant)
    return (
        Cell("survey_id", ("id", *answered), partial(_survey_id, "answer", when)),
        Cell("customer_id", (names.responder, names.ticket), partial(_asked, desk)),
        Cell("ticket_id", (names.ticket,), partial(_ticket, desk)),
        constant(SURVEYS.column("question"), "csat"),
        Cell("offered_at", (names.offered, names.answered), partial(_offered_at, read_instant)),
        Cell("answered_at", answered, when),
        Cell("score", judged, lambda *texts: _judged(*texts).score),
        Cell("scale_low", ("rating_category", "rating", "scale_max"), _lowest),
        Cell("scale_high", judged, lambda *texts: _judged(*texts).high),
        Cell("comment", ("comment",), _or_none),
    )


def _asked_at_all(rows: TextRows) -> TextRows:
    scores = rows.columns["score"]
    return rows.chosen(
        [row for row, score in enumerate(scores) if score.strip().lower() != _UNOFFERED]
    )


def _score(text: str) -> object:
    word = text.strip().lower()
    if word == _OFFERED:
        return None
    return _SCORES.get(word.partition("_")[0], _NO_SCORE)


_NO_SCORE = Expected(
    f"one of {_GOOD}, {_BAD}, {_OFFERED}, {_UNOFFERED}", "correct the score in the file"
)


def _rated_at(
    read_instant: Callable[[str], object], updated: str, created: str, score: str
) -> object:
    """When it was rated: a row is updated by that; an offer was not."""
    return read_instant(updated or created) if isinstance(_score(score), float) else None


def _survey_id(kind: str, when: Callable[..., object], number: str, *told: str) -> object:
    """Ratings of one number that were given at two times are two; an offer has no time."""
    if not number.strip():
        return Expected(f"the number of the {kind}")
    at_s = when(*told)
    # A time that cannot be read is told by its own cell.
    return (
        f"{kind}/{number.strip()}/{at_s}" if isinstance(at_s, int) else f"{kind}/{number.strip()}"
    )


def _answered_at(
    read_instant: Callable[[str], object], answered: str, rating: str, category: str
) -> object:
    return read_instant(answered) if rating.strip() or category.strip() else None


def _offered_at(read_instant: Callable[[str], object], offered: str, answered: str) -> object:
    """Where nobody tells when it was asked, it was when it was answered."""
    return read_instant(offered if offered.strip() else answered)


class _Judged(NamedTuple):
    """A score, or what was expected instead, and its scale."""

    score: object
    low: float = 0.0
    high: float = 1.0


def _judged(rating: str, category: str, highest: str) -> _Judged:
    """The rating on its own scale; only its category, 1 for good, where no rating is told.

    Zendesk says by the category whether a rating is good; where that contradicts the scale, the
    scale is another one, and the category counts.
    """
    most = _whole(highest) or _USUAL_SCALE
    word = category.strip().lower()
    said, points = _SCORES.get(word), _whole(rating)
    if not rating.strip():
        return _Judged(said)
    if points is None or not 1 <= points <= most:
        return _Judged(Expected(f"a rating from 1 to {most}", _SCALE_STEP))
    is_good = points >= _GOOD_FROM.get(most, most)
    if said is not None and bool(said) != is_good:
        expected = f"a `{word}` rating among the {word} ones of a scale from 1 to {most}"
        return _Judged(Expected(expected, _SCALE_STEP, left_out=False, instead=said))
    return _Judged(float(points), 1.0, float(most))


def _lowest(category: str, rating: str, highest: str) -> object:
    """The lowest rating; a category that nobody knows is told here, at its own column."""
    is_known = category.strip().lower() in {"", *_SCORES}
    return _judged(rating, category, highest).low if is_known else _NO_CATEGORY


_SCALE_STEP = "name the highest rating of the survey in a column `scale_max`"
_NO_CATEGORY = Expected(f"{_GOOD} or {_BAD}", "correct the category in the file")


def _whole(text: str) -> int | None:
    """A whole number, also one that a table wrote as `4.0`."""
    found = re.fullmatch(r"(\d+)(\.0*)?", text.strip())
    return int(found[1]) if found else None


def _asked(desk: Desk, person: str, ticket: str) -> object:
    """Who was asked: the one who is named, or whoever opened the ticket."""
    known = desk.tickets.get(_number(ticket))
    return person.strip() or (known.requester if known else _NOBODY)


_NOBODY = Expected("who was asked", "name the requester, or export their ticket as well")


def _ticket(desk: Desk, text: str) -> object:
    number = _number(text)
    if not number or number in desk.tickets:
        return number or None
    step = "the answer is kept; export the tickets of the same time"
    return Expected("a ticket of this export", step, left_out=False, instead=number)


def _number(text: str) -> str:
    """The ticket's number, also of one that is named as `zen:ticket:7`."""
    return text.strip().rpartition(":")[2]


def _or_none(text: str) -> str | None:
    return text.strip() or None
