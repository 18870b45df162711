"""Identity: e-mail addresses and phone numbers in the one form in which they can be compared."""

import re
import unicodedata

from .problems import Expected

GUEST_BY_EMAIL, GUEST_BY_PHONE = "email:", "phone:"

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE_MARKS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e()./-]")
_INTERNATIONAL = re.compile(r"\+[1-9]\d{6,14}")
_KEEPS_ZERO = {"+39", "+378", "+379"}


def normalise_email(text: str) -> str | Expected:
    """The address trimmed, in NFKC and lower case; nothing is guessed about providers.

    >>> normalise_email(" Ada.Lovelace@Example.COM ")
    'ada.lovelace@example.com'
    """
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    address = unicodedata.normalize("NFKC", folded.lower()).strip().removeprefix("mailto:")
    return address if _ADDRESS.fullmatch(address) else Expected("an e-mail address")


def normalise_phone(text: str, prefix: str | None = None) -> str | Expected:
    """The number as `+` and digits; `prefix` is the country's, for numbers without one.

    >>> normalise_phone("'0049 (0)30 123-456"), normalise_phone("030 123456", "+49")
    ('+4930123456', '+4930123456')
    """
    bare = _PHONE_MARKS.sub("", text.strip().lstrip("'").replace("(0)", ""))
    number = _international("+" + bare[2:] if bare.startswith("00") else bare, prefix)
    if _INTERNATIONAL.fullmatch(number):
        return number
    if bare.isdecimal() and prefix is None:
        return Expected("a phone number with its country", "say e.g. `--phone-prefix +49`")
    return Expected("a phone number")


def guest_id(email: str | None, phone: str | None) -> str | None:
    """What a customer is called whom the source does not name.

    >>> guest_id("a@b.de", "+4930123456"), guest_id(None, "+4930123456"), guest_id(None, None)
    ('email:a@b.de', 'phone:+4930123456', None)
    """
    if email:
        return GUEST_BY_EMAIL + email
    return GUEST_BY_PHONE + phone if phone else None


def _international(number: str, prefix: str | None) -> str:
    if number.startswith("+") or prefix is None:
        return number
    return prefix + (number if prefix in _KEEPS_ZERO else number.removeprefix("0"))
