"""Money: exact minor units, ISO 4217 codes and exponents, dated rates."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from .problems import Expected

_CODES = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
TZS UAH UGX USD UYU UYW UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CURRENCIES = frozenset(_CODES.split())

_EXPONENTS_BESIDE_2 = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS = {code: n for n, codes in _EXPONENTS_BESIDE_2.items() for code in codes.split()}

_SYMBOLS = {
    "€": {"EUR"},
    "£": {"GBP", "EGP", "GIP"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "BRL", "TWD"},
    "¥": {"JPY", "CNY"},
    "₹": {"INR"},
}
_LARGEST_MINOR = 10**17
_SPACES = "  \u202f'’"
_GROUPS = {
    mark: re.compile(
        rf"(?:\d*|\d{{1,3}}(?:[{other}{_SPACES}]\d{{3}})+|\d{{1,2}}(?:[{other}]\d{{2}})+[{other}]\d{{3}})"
        rf"(?:[{mark}](\d*))?"
    )
    for mark, other in ((".", ","), (",", "."))
}


@dataclass(frozen=True, slots=True)
class Rate:
    """From `day` on, one major unit of `currency` is worth `rate_ppm` millionths of ours."""

    currency: str
    day: int
    rate_ppm: int


def exponent_of(currency: str) -> int:
    """How many decimals the currency has.

    >>> exponent_of("EUR"), exponent_of("JPY"), exponent_of("KWD")
    (2, 0, 3)
    """
    return EXPONENTS.get(currency, 2)


def parse_currency(text: str) -> str | Expected:
    """An ISO 4217 code, whatever its case."""
    code = text.strip().upper()
    if code in CURRENCIES:
        return code
    return Expected("an ISO 4217 currency code", "write it as EUR, USD, GBP …")


def parse_minor(text: str, currency: str, decimal: str = ".") -> int | Expected:
    """An amount as whole minor units, exactly; no floating point on the way.

    >>> parse_minor("1,234.5", "EUR"), parse_minor("(12,50)", "EUR", ",")
    (123450, -1250)
    """
    sign, digits = _sign_and_digits(_without_currency(text.strip(), currency))
    found = _GROUPS[decimal].fullmatch(digits)
    if found is None or not any(character.isdigit() for character in digits):
        return Expected(f"an amount with `{decimal}` before the decimals", _decimal_step(decimal))
    exponent = exponent_of(currency)
    fraction = (found[1] or "").rstrip("0")
    if len(fraction) > exponent:
        return Expected(f"at most {exponent} decimals in {currency}", _decimal_step(decimal))
    whole = digits if found[1] is None else digits[: found.start(1) - 1]
    units = int("0" + re.sub(r"\D", "", whole)) * 10**exponent
    minor = sign * (units + int("0" + fraction.ljust(exponent, "0")))
    return minor if abs(minor) <= _LARGEST_MINOR else Expected("an amount a shop can charge")


def format_minor(minor: int, currency: str, decimal: str = ".") -> str:
    """The amount for people; `parse_minor` reads it back.

    >>> format_minor(-123456, "EUR"), format_minor(1200, "JPY"), format_minor(5, "EUR", ",")
    ('-1,234.56 EUR', '1,200 JPY', '0,05 EUR')
    """
    exponent = exponent_of(currency)
    units, rest = divmod(abs(minor), 10**exponent)
    grouped = f"{units:,}".replace(",", "." if decimal == "," else ",")
    fraction = f"{decimal}{rest:0{exponent}d}" if exponent else ""
    return f"{'-' if minor < 0 else ''}{grouped}{fraction} {currency}"


def dense_rates(rates: Iterable[Rate], first_day: int, last_day: int) -> tuple[Rate, ...]:
    """One rate per currency and day, each carried forward until the next one.

    Days before a currency's first rate stay without a row: there is nothing to carry.
    """
    ordered = sorted(rates, key=attrgetter("currency", "day"))
    return tuple(
        Rate(currency, day, rate.rate_ppm)
        for currency, own in groupby(ordered, attrgetter("currency"))
        for rate, until in _spans(tuple(own), last_day)
        for day in range(max(rate.day, first_day), until + 1)
    )


def _spans(rates: tuple[Rate, ...], last_day: int) -> Iterable[tuple[Rate, int]]:
    ends = (*(rate.day - 1 for rate in rates[1:]), last_day)
    return ((rate, min(end, last_day)) for rate, end in zip(rates, ends, strict=True))


def _without_currency(text: str, currency: str) -> str:
    for mark in (currency, *(sign for sign, codes in _SYMBOLS.items() if currency in codes)):
        if mark and mark in text:
            return text.replace(mark, "", 1).strip(_SPACES)
    return text


def _sign_and_digits(text: str) -> tuple[int, str]:
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip(_SPACES)
    plain = text.replace("\u2212", "-")
    if plain.startswith("-") or plain.endswith("-"):
        return -1, (plain[1:] if plain.startswith("-") else plain[:-1]).strip(_SPACES)
    return 1, plain.removeprefix("+").strip(_SPACES)


def _decimal_step(decimal: str) -> str:
    other = "," if decimal == "." else "."
    return f"if the file writes `12{other}50`, say `--decimal {other}`"
