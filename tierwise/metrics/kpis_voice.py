"""KPIs of what customers say: CSAT, NPS and CES, and how many answered at all."""

from .kinds import Adjusted, Count, Net, Recent, Rows, Score, Share
from .metric import ALL_THERE_IS, NETS, SHARES, Better, Enough, Group, Metric, Unit
from .windows import HALF_LIFE_S

ANSWERED = "score IS NOT NULL"
_CSAT = "question = 'csat' AND is_good IS NOT NULL"
_CES = "question = 'ces' AND ease IS NOT NULL"
_NPS = "question = 'nps' AND is_good IS NOT NULL"
_RATED = Rows("survey_measures", "answered_s", _CSAT)
_SCORES = Enough(10, 30)


def _offered(question: str) -> Share:
    where = f"question = '{question}'"
    return Share(Rows("survey_measures", "offered_s", where), ANSWERED)


def _adjusted(*, by_chance: bool) -> Adjusted:
    strata = ("speed", "one_touch", "channel", "level")
    rows = Rows("asked_tickets", "solved_s")
    return Adjusted(rows, "is_answered", "is_good", strata, by_chance)


VOICE = (
    Metric(
        "csat.share",
        "CSAT",
        Group.VOICE,
        "Share of ratings that are good: 4 or 5 of 5, the best of 2 or 3, `good`. The last rating "
        "of a ticket counts; offers without an answer are in the response rate, not here.",
        "good / rated",
        Unit.SHARE,
        Better.UP,
        Share(_RATED, "is_good = 1"),
        SHARES,
        "top two of five",
        ("csat_01", "csat_02", "csat_04", "csat_05"),
        ("csat",),
    ),
    Metric(
        "csat.mean",
        "CSAT mean",
        Group.VOICE,
        "Mean score of ratings on a scale of one to five. Steps need not be alike: look at the "
        "share first.",
        "sum of scores / rated",
        Unit.SCORE,
        Better.UP,
        Score(
            Rows("survey_measures", "answered_s", f"{_CSAT} AND scale_low = 1 AND scale_high = 5"),
            "score",
        ),
        _SCORES,
        "mean of an ordinal scale",
        ("csat_01",),
    ),
    Metric(
        "csat.recent",
        "CSAT, recent weighted",
        Group.VOICE,
        "The share of good ratings in which one weighs half as much for every 30 days it is "
        "older. It is for looking, not for targets.",
        "Σ w·good / Σ w, w = 2^(−age / 30 d)",
        Unit.SHARE,
        Better.UP,
        Recent(_RATED, "is_good = 1", HALF_LIFE_S),
        SHARES,
        "exponential weights",
        ("csat_03",),
    ),
    Metric(
        "csat.adj",
        "CSAT, adjusted",
        Group.VOICE,
        "What CSAT would be if all solved tickets had been rated: answers are weighted by level, "
        "channel, speed and first contact, so that those who rarely answer count fully. People "
        "who would answer otherwise than their like are not mended by it.",
        "Σ stratum share × CSAT of the stratum",
        Unit.SHARE,
        Better.UP,
        _adjusted(by_chance=False),
        SHARES,
        "post-stratification",
        ("csat_07", "csat_08"),
    ),
    Metric(
        "csat.ipw",
        "CSAT, by chance to answer",
        Group.VOICE,
        "The same by another way: each answer weighs as much as it was unlikely to come, by a "
        "logistic model of level, channel, speed and first contact. Where the two differ, strata "
        "are thin: trust neither to a point.",
        "Σ good / chance ÷ Σ 1 / chance",
        Unit.SHARE,
        Better.UP,
        _adjusted(by_chance=True),
        SHARES,
        "Hájek's estimator with inverse chances",
        ("csat_08",),
    ),
    Metric(
        "csat.response",
        "CSAT response rate",
        Group.VOICE,
        "Share of CSAT offers that were answered.",
        "answered / offered",
        Unit.SHARE,
        Better.UP,
        _offered("csat"),
        SHARES,
        "answered offers are offers",
        ("csat_02",),
    ),
    Metric(
        "csat.flips_down",
        "Ratings turned bad",
        Group.VOICE,
        "Ratings that were good first and are bad now.",
        "count",
        Unit.COUNT,
        Better.DOWN,
        Count(Rows("survey_measures", "answered_s", f"{_CSAT} AND flips_down = 1")),
        ALL_THERE_IS,
        "two ratings of one ticket",
        ("csat_04",),
    ),
    Metric(
        "csat.flips_up",
        "Ratings turned good",
        Group.VOICE,
        "Ratings that were bad first and are good now.",
        "count",
        Unit.COUNT,
        Better.UP,
        Count(Rows("survey_measures", "answered_s", f"{_CSAT} AND flips_up = 1")),
        ALL_THERE_IS,
        "two ratings of one ticket",
        ("csat_04",),
    ),
    Metric(
        "nps.score",
        "NPS",
        Group.VOICE,
        "Promoters (9 and 10) less detractors (0 to 6), in points; asked of customers, not of "
        "tickets. A customer's last answer in the period counts.",
        "100 × (promoters − detractors) / answers",
        Unit.POINTS,
        Better.UP,
        Net(
            Rows("survey_measures", "answered_s", f"{_NPS} AND is_of_ticket = 0", "next_s"),
            "is_good = 1",
            "is_bad = 1",
        ),
        NETS,
        "Reichheld 2003; interval: adjusted by three answers",
        ("nps_01", "nps_02", "nps_03", "nps_06"),
        ("nps",),
    ),
    Metric(
        "nps.ticket",
        "NPS after tickets",
        Group.VOICE,
        "The same, asked after a ticket: another question, never mixed with the one above.",
        "100 × (promoters − detractors) / answers",
        Unit.POINTS,
        Better.UP,
        Net(
            Rows("survey_measures", "answered_s", f"{_NPS} AND is_of_ticket = 1"),
            "is_good = 1",
            "is_bad = 1",
        ),
        NETS,
        "transactional NPS",
    ),
    Metric(
        "nps.response",
        "NPS response rate",
        Group.VOICE,
        "Share of NPS questions that were answered.",
        "answered / asked",
        Unit.SHARE,
        Better.UP,
        _offered("nps"),
        SHARES,
        "answered offers are offers",
    ),
    Metric(
        "ces.ease",
        "CES, ease",
        Group.VOICE,
        "How easy it was, from 0 to 100, whichever way the scale runs and however long it is. "
        "Answers whose direction is not said are not counted.",
        "100 × (score − hardest) / (easiest − hardest)",
        Unit.EASE,
        Better.UP,
        Score(Rows("survey_measures", "answered_s", _CES), "ease"),
        _SCORES,
        "effort-coded 1 to 5 (CEB 2010) and ease-coded 1 to 7 (2013) on one scale",
        ("ces_01", "ces_02", "ces_03", "ces_04"),
        ("ces", "ease"),
    ),
    Metric(
        "ces.high",
        "High effort",
        Group.VOICE,
        "Share of answers at the hard end: 4 and 5 of 5 or 8 to 10 of 10 where much is effort, 1 "
        "to 3 of 7 where much is ease. This end is what costs customers.",
        "hard answers / answers",
        Unit.SHARE,
        Better.DOWN,
        Share(Rows("survey_measures", "answered_s", _CES), "is_bad = 1"),
        SHARES,
        "effort, not delight, drives loyalty (Dixon, Freeman and Toman 2010)",
        ("ces_01",),
        ("high_effort",),
    ),
    Metric(
        "ces.response",
        "CES response rate",
        Group.VOICE,
        "Share of CES questions that were answered.",
        "answered / asked",
        Unit.SHARE,
        Better.UP,
        _offered("ces"),
        SHARES,
        "answered offers are offers",
    ),
    Metric(
        "q.fcr_survey",
        "First contact resolution, as customers say",
        Group.VOICE,
        "Share of customers who said that their question was resolved at the first contact.",
        "yes / answers",
        Unit.SHARE,
        Better.UP,
        Share(
            Rows("survey_measures", "answered_s", f"question = 'fcr' AND {ANSWERED}"),
            "is_good = 1",
        ),
        SHARES,
        "customers know of contacts that no desk sees",
    ),
)
