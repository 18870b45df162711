import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.money import CURRENCIES, Rate, dense_rates, format_minor, parse_minor
from tierwise.facts.problems import Expected

CENTS = [
    ("12.50", "EUR", ".", 1250),
    ("12,50", "EUR", ",", 1250),
    ("1,234.50", "USD", ".", 123450),
    ("1.234,50", "EUR", ",", 123450),
    ("1 234,5", "EUR", ",", 123450),
    ("12\u202f345", "EUR", ",", 1234500),
    ("12,34,567.00", "INR", ".", 123456700),
    ("-3", "EUR", ".", -300),
    ("3.00-", "EUR", ".", -300),
    ("\u22123.00", "EUR", ".", -300),
    ("(12.50)", "EUR", ".", -1250),
    ("€ 12.50", "EUR", ".", 1250),
    ("12.50 EUR", "EUR", ".", 1250),
    ("$12.50", "USD", ".", 1250),
    (".5", "EUR", ".", 50),
    ("12.5000", "EUR", ".", 1250),
    ("1200", "JPY", ".", 1200),
    ("1.234", "KWD", ".", 1234),
    ("-0.00", "EUR", ".", 0),
    # 0.29 * 100 is 28.999999999999996 in binary.
    ("0.29", "EUR", ".", 29),
    ("4611686018427.87", "EUR", ".", 461168601842787),
]
NO_AMOUNTS = [
    ("12,50", "EUR", "."),  # a decimal comma where points are expected
    ("12.50", "JPY", "."),
    ("12.505", "EUR", "."),
    ("1,23", "EUR", "."),
    ("1.2.3", "EUR", "."),
    ("", "EUR", "."),
    (".", "EUR", "."),
    ("twelve", "EUR", "."),
    ("$12.50", "EUR", "."),
    ("1e3", "EUR", "."),
    ("1" * 30, "EUR", "."),
]


@pytest.mark.parametrize(("text", "currency", "decimal", "minor"), CENTS)
def test_an_amount_is_read_to_the_cent(text: str, currency: str, decimal: str, minor: int) -> None:
    assert parse_minor(text, currency, decimal) == minor


@pytest.mark.parametrize(("text", "currency", "decimal"), NO_AMOUNTS)
def test_what_is_no_amount_is_said_not_guessed(text: str, currency: str, decimal: str) -> None:
    assert isinstance(parse_minor(text, currency, decimal), Expected)


@given(st.integers(-(10**17), 10**17), st.sampled_from(sorted(CURRENCIES)), st.sampled_from(".,"))
def test_an_amount_written_is_read_back(minor: int, currency: str, decimal: str) -> None:
    assert parse_minor(format_minor(minor, currency, decimal), currency, decimal) == minor


def test_a_rate_holds_until_the_next_one() -> None:
    rates = (Rate("USD", 12, 920_000), Rate("USD", 10, 900_000), Rate("GBP", 11, 1_200_000))
    assert [(r.currency, r.day, r.rate_ppm) for r in dense_rates(rates, 11, 13)] == [
        ("GBP", 11, 1_200_000),
        ("GBP", 12, 1_200_000),
        ("GBP", 13, 1_200_000),
        ("USD", 11, 900_000),
        ("USD", 12, 920_000),
        ("USD", 13, 920_000),
    ]


def test_there_is_no_rate_before_the_first_one_or_after_the_last_day() -> None:
    assert dense_rates((Rate("USD", 12, 1), Rate("USD", 15, 2)), 10, 12) == (Rate("USD", 12, 1),)
    assert dense_rates((Rate("USD", 12, 1),), 5, 11) == ()
