"""Attributes no level may depend on, and the reason to give whoever tries."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Protected:
    """An attribute and the words in a column's name that give it away."""

    attribute: str
    words: tuple[str, ...]


UNLAWFUL = (
    "giving people better or worse service for what they are, and not for what they do, "
    "is discrimination and against the law in most places"
)

PROTECTED: tuple[Protected, ...] = (
    Protected("gender", ("gender", "sex", "male", "female", "woman", "man", "salutation")),
    Protected("age", ("age", "aged", "birth", "birthday", "birthdate", "birthyear", "dob")),
    Protected("religion", ("religion", "religious", "faith", "belief", "church")),
    Protected("ethnic origin", ("ethnicity", "ethnic", "race", "racial", "skin", "ancestry")),
    Protected("nationality", ("nationality", "citizenship", "citizen", "migrant")),
    Protected("disability", ("disability", "disabled", "impairment", "handicap")),
    Protected("health", ("health", "illness", "disease", "diagnosis", "medical", "medication")),
    Protected("pregnancy", ("pregnancy", "pregnant", "maternity")),
    Protected("sexual orientation", ("sexual", "sexuality", "orientation", "gay", "lesbian")),
    Protected("political opinion", ("political", "politics", "party")),
    Protected("union membership", ("union", "unionised", "unionized")),
    Protected("marital status", ("marital", "married", "marriage", "divorced", "widowed")),
    Protected("genetic or biometric traits", ("genetic", "genetics", "biometric", "biometrics")),
    Protected("a stand-in for origin", ("postcode", "postal", "zip", "firstname", "birthplace")),
)

_BY_WORD: Mapping[str, str] = {word: p.attribute for p in PROTECTED for word in p.words}
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def protected_attribute(name: str) -> str | None:
    """The protected attribute a column's name speaks of, if any.

    >>> protected_attribute("customerBirthDate"), protected_attribute("average_order_minor")
    ('age', None)
    """
    words = (word.lower() for word in _WORD.findall(name))
    return next((_BY_WORD[word] for word in words if word in _BY_WORD), None)
