import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.facts.identity import guest_id, normalise_email, normalise_phone
from tierwise.facts.problems import Expected

ADDRESSES = [
    ("ada@example.com", "ada@example.com"),
    ("  Ada@Example.COM \u200b", "ada@example.com"),
    ("\uff21da@example.com", "ada@example.com"),  # full-width A
    ("mailto:ada@example.com", "ada@example.com"),
    ("a.d.a+shop@gmail.com", "a.d.a+shop@gmail.com"),  # what is before @ belongs to the provider
]
NUMBERS = [
    ("+49 30 123456", None, "+4930123456"),
    ("'+49 (0)30/123-456", None, "+4930123456"),
    ("0049 30 123456", None, "+4930123456"),
    ("030 123456", "+49", "+4930123456"),
    ("06 1234 5678", "+39", "+390612345678"),  # Italy keeps its zero
    ("(415) 555-0100", "+1", "+14155550100"),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_one_address_has_one_form(text: str, address: str) -> None:
    assert normalise_email(text) == address


@pytest.mark.parametrize("text", ["ada", "ada@", "@example.com", "ada@localhost", "a b@c.de", ""])
def test_what_is_no_address_is_said(text: str) -> None:
    assert normalise_email(text) == Expected("an e-mail address")


@given(st.emails())
def test_an_address_in_its_form_stays_as_it_is(text: str) -> None:
    once = normalise_email(text)
    assert isinstance(once, str)
    assert normalise_email(once) == once == normalise_email(text.upper())


@pytest.mark.parametrize(("text", "prefix", "number"), NUMBERS)
def test_one_number_has_one_form(text: str, prefix: str | None, number: str) -> None:
    assert normalise_phone(text, prefix) == number


def test_a_number_without_its_country_is_not_guessed() -> None:
    expected = normalise_phone("030 123456")
    assert isinstance(expected, Expected)
    assert "--phone-prefix" in expected.next_step
    assert isinstance(normalise_phone("call me"), Expected)
    assert isinstance(normalise_phone("+1 415 555 0100 ext. 5"), Expected)


def test_a_guest_is_named_by_the_address() -> None:
    assert guest_id(None, None) is None
    assert guest_id("a@b.de", None) == "email:a@b.de"
