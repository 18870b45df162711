"""What the customers of the made-up shop say: answers, comments, and what bias might hide."""

from math import exp

from tierwise.app.desk_records import Comment, NpsStep, Sensitivity, VoiceAnswer
from tierwise.app.promise_records import Period
from tierwise.app.scorecard_records import ScoreLine
from tierwise.metrics.catalogue import CATALOGUE
from tierwise.metrics.metric import Group

from .remembered_promises import AT, KNOWN, H
from .remembered_shop import customers
from .remembered_work import RememberedWork

TEXTS = (
    "Solved before I had finished my tea.",
    "Three people asked me for the <b>same</b> order number & nobody read the answer.",
    "ok",
    "The replacement came a week late, and it was the wrong colour again. I have been a customer "
    "for nine years, and until this autumn I never had to write twice.",
)
BANDS = ("detractor", "passive", "promoter")
COMMENTS = 47
GAMMAS = tuple(step / 4 for step in range(-8, 9))
# Level: the adjusted share, what nobody or everybody else would make it, and where it flips.
BIASED = {
    None: (0.861, 0.206, 0.975, None),
    "premium": (0.951, 0.258, 0.99, -0.2),
    "plus": (0.897, 0.231, 0.98, 0.75),
    "standard": (0.842, 0.196, 0.972, None),
}


def _comment(number: int) -> Comment:
    named = customers()[number]
    low, high = ((1.0, 5.0), (0.0, 10.0), (1.0, 7.0))[number % 3]
    return Comment(
        survey_id=f"s{number}",
        ticket_id=KNOWN if number == 0 else None if number % 5 == 4 else f"desk/{48_216 + number}",
        customer_id=named.customer_id if number % 7 else None,
        customer_name=named.name,
        level=("premium", "plus", "standard", None)[number % 4],
        question=("csat", "nps", "ces")[number % 3],
        score=low + (high - low) * (number % 5) / 4,
        scale_low=low,
        scale_high=high,
        answered_s=AT - (number + 1) * 5 * H,
        text=TEXTS[number % len(TEXTS)],
    )


def _sensitivity(level: str | None) -> Sensitivity:
    share, least, most, flips = BIASED[level]
    room = most - least
    odds = (share - least) / (most - share)
    curve = tuple(
        (gamma, least + room * odds * exp(gamma) / (1 + odds * exp(gamma))) for gamma in GAMMAS
    )
    return Sensitivity(level, curve, flips, least, most)


def _steps() -> tuple[NpsStep, ...]:
    counts = ((61, 22, 9), (19, 84, 31), (11, 40, 173))
    return tuple(
        NpsStep(before, after, number, number * 21_400, number * (18_000 + 4_100 * place))
        for before, row in zip(BANDS, counts, strict=True)
        for place, (after, number) in enumerate(zip(BANDS, row, strict=True))
    )


class RememberedVoice(RememberedWork):
    """The answers about what customers said."""

    __slots__ = ()

    def voice(
        self, period: Period | None, *, level: str | None = None, offset: int = 0, limit: int = 20
    ) -> VoiceAnswer:
        found = self.scorecard(period)
        levels = self._names()
        every = [_comment(number) for number in range(COMMENTS)]
        fits = [one for one in every if level in (None, one.level or "")]
        return VoiceAnswer(
            self._as_of(),
            found.period,
            found.before,
            tuple(one for one in found.lines if _is_voice(one)),
            tuple(fits[offset : offset + limit]),
            len(fits),
            tuple(_sensitivity(one) for one in (None, *levels) if one in BIASED),
            _steps(),
        )


def _is_voice(line: ScoreLine) -> bool:
    return CATALOGUE[line.metric].group is Group.VOICE
