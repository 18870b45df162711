"""How numbers, money, days, shares and lengths of time are written for people."""

from datetime import UTC, date, datetime
from math import ceil, floor

from tierwise.facts import time
from tierwise.facts.decisions import Change, Ground
from tierwise.facts.money import exponent_of

THIN = "\u202f"  # narrow, and unlike U+2009 it never breaks a number over two lines
MINUS = "\u2212"
NOTHING = "–"

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "CHF": "CHF", "PLN": "zł", "INR": "₹"}

CHANGE_WORDS = {
    Change.NEW: ("+", "new"),
    Change.UP: ("▲", "up"),
    Change.DOWN: ("▼", "down"),
    Change.MOVED: ("↦", "moved"),
    Change.HELD: ("‖", "held"),
    Change.SAME: ("=", "no change"),
    Change.GONE: ("×", "gone"),
}

GROUND_WORDS = {
    Ground.RULE: "the rule says so",
    Ground.OVERRIDE: "set by hand",
    Ground.EXPERIMENT: "part of the experiment",
    Ground.LEAVING_BORDER: "not yet below the leaving border",
    Ground.MINIMUM_STAY: "the minimum stay is not over",
    Ground.CONFIRMATION: "waits for one more run to confirm it",
    Ground.NO_CUSTOMER: "no longer a customer",
}

_STEPS = ((time.DAY_S, "day"), (3_600, "h"), (60, "min"), (1, "s"))


def count(number: int) -> str:
    """A whole number with narrow spaces between thousands.

    >>> count(-5900) == f"{MINUS}5{THIN}900"
    True
    """
    return f"{number:,}".replace(",", THIN).replace("-", MINUS)


def signed(number: int) -> str:
    """A change: `+41`, `−3` or `0`."""
    return f"+{count(number)}" if number > 0 else count(number)


def decimal(number: float, *, digits: int = 1) -> str:
    """A number with at most `digits` decimals, none when they are zero."""
    text = f"{number:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN).replace("-", MINUS)


def share(part: float) -> str:
    """A share from 0 to 1 as a per cent with one decimal.

    >>> share(0.4414)
    '44.1%'
    """
    return f"{part * 100:.1f}%".replace("-", MINUS)


def signed_share(part: float) -> str:
    """By what share more or less: `+54.3%`, `−26.3%`."""
    rounded = round(part, 3)
    return f"+{share(rounded)}" if rounded > 0 else share(rounded or 0.0)


def chance(part: float) -> str:
    """A chance from 0 to 1 in whole per cent; nothing that is left to come is certain.

    >>> chance(0.756), chance(0.9969), chance(0.004), chance(0.0)
    ('76%', 'over 99%', 'under 1%', '0%')
    """
    if part <= 0:
        return "0%"
    whole = round(part * 100)
    return "under 1%" if whole < 1 else "over 99%" if whole > 99 else f"{whole}%"


def interval(low: float, high: float) -> str:
    """A 95 % interval of a share: `40.1–48.2%`."""
    return f"{share(low)[:-1]}–{share(high)}"


def top(percent: float) -> str:
    """The customers above a percentile: `top 10%`."""
    return f"top {decimal(percent, digits=2)}%"


def percentile(number: float) -> str:
    """A percentile, never rounded up across a border: nobody stands at 100.

    >>> percentile(99.996), percentile(90.0)
    ('99.99', '90')
    """
    return decimal(floor(number * 100 + 1e-6) / 100, digits=2)


def among_buyers(number: float) -> str:
    """Where a percentile stands, in words that are true on both sides of every border.

    >>> among_buyers(99.99), among_buyers(90.2), among_buyers(12.34)
    ('top 0.1% of buyers', 'top 9.8% of buyers', 'above 12.3% of buyers')
    """
    if number >= 50:
        return f"{top(ceil((100 - number) * 10 - 1e-6) / 10)} of buyers"
    return f"above {decimal(floor(number * 10 + 1e-6) / 10)}% of buyers"


def money(minor: int, currency: str) -> str:
    """Minor units as an amount people read: `£1 234.50`."""
    digits = exponent_of(currency)
    amount = f"{abs(minor) / 10**digits:,.{digits}f}".replace(",", THIN)
    return f"{MINUS if minor < 0 else ''}{_symbol(currency)}{amount}"


def round_money(minor: int, currency: str) -> str:
    """The same without the minor units, for sums and tables: `£1 235`."""
    amount = round(abs(minor) / 10 ** exponent_of(currency))
    return f"{MINUS if minor < 0 and amount else ''}{_symbol(currency)}{count(amount)}"


def rough_money(minor: int, currency: str) -> str:
    """An amount that is only guessed, to three digits: `£135 000`, `£0.50`."""
    if not minor:
        return f"{_symbol(currency)}0"
    whole = abs(rough(minor)) >= 10 ** exponent_of(currency)
    return (round_money if whole else money)(rough(minor), currency)


def rough(number: int) -> int:
    """A number that is only guessed, to three digits.

    >>> rough(-13_520_777), rough(999)
    (-13500000, 999)
    """
    return round(number, min(0, 3 - len(str(abs(number)))))


def _symbol(currency: str) -> str:
    symbol = SYMBOLS.get(currency, currency)
    return symbol if len(symbol) == 1 else f"{symbol}{THIN}"


def day(number: int) -> str:
    """Days since 1970-01-01 as a date: `9 Dec 2011`."""
    found = time.date_of(number)
    return f"{found.day} {found:%b %Y}"


iso_day = time.iso_day  # for forms and machines


def read_day(text: str) -> int | None:
    """The day a form field names, None when it names none.

    >>> read_day("1970-01-03"), read_day("soon")
    (2, None)
    """
    try:
        return time.day_number(date.fromisoformat(text))
    except ValueError:
        return None


def instant(seconds: int) -> str:
    """UTC epoch seconds as `22 Nov 2026, 14:02 UTC`."""
    found = datetime.fromtimestamp(seconds, UTC)
    return f"{found.day} {found:%b %Y, %H:%M} UTC"


def age(seconds: int) -> str:
    """How long ago, in its largest unit.

    >>> age(150), age(0), age(3 * 86_400)
    ('2 min ago', 'just now', '3 days ago')
    """
    for size, unit in _STEPS:
        if seconds >= size:
            number = seconds // size
            return f"{count(number)} {unit}{'s' if unit == 'day' and number != 1 else ''} ago"
    return "just now"


def days(number: float | None) -> str:
    """A length in days: `12 days`; years from two years on."""
    if number is None:
        return NOTHING
    if number >= 730:
        return f"{decimal(number / 365.25)} years"
    return f"{decimal(number)} day{'' if number == 1 else 's'}"


def many(number: int, one: str, more: str | None = None) -> str:
    """A number with its noun: `1 customer`, `5 900 customers`."""
    return f"{count(number)} {one if number == 1 else more or one + 's'}"


def milliseconds(elapsed: float) -> str:
    """How long an answer took: `0.4 ms`, `161 ms`."""
    return f"{decimal(elapsed, digits=1 if elapsed < 10 else 0)} ms"
