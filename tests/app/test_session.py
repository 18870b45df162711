"""Who may come in, and which forms are ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierwise.app import session as door
from tierwise.app.session import Session, SessionSecrets

NOW = 1_800_000_000
SECRETS = SessionSecrets("token", b"key" * 10)
OTHERS = SessionSecrets("token", b"yek" * 10)


def counted(number: int) -> bytes:
    return bytes(range(number))


SESSION = door.open_session("owner", now=NOW, chance=counted)


def test_a_cookie_brings_its_session_back() -> None:
    assert door.read_cookie(SECRETS, door.cookie_value(SECRETS, SESSION), now=NOW) == SESSION


def test_a_cookie_ends_after_twelve_hours() -> None:
    cookie = door.cookie_value(SECRETS, SESSION)
    assert door.read_cookie(SECRETS, cookie, now=NOW + 12 * 3600 - 1) == SESSION
    assert door.read_cookie(SECRETS, cookie, now=NOW + 12 * 3600) is None


def test_a_cookie_of_another_server_is_nothing() -> None:
    assert door.read_cookie(SECRETS, door.cookie_value(OTHERS, SESSION), now=NOW) is None


@given(st.data())
def test_a_changed_cookie_is_nothing(data: st.DataObject) -> None:
    cookie = door.cookie_value(SECRETS, SESSION)
    place = data.draw(st.integers(0, len(cookie) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda one: one != cookie[place]))
    changed = cookie[:place] + letter + cookie[place + 1 :]
    assert door.read_cookie(SECRETS, changed, now=NOW) is None


@given(st.text())
def test_any_text_may_come_as_a_cookie(text: str) -> None:
    assert door.read_cookie(SECRETS, text, now=NOW) is None


def test_a_form_token_is_for_one_session() -> None:
    token = door.form_token(SECRETS, SESSION, nonce="n1")
    other = Session("other", "owner", NOW + 10)
    assert door.is_form_token(SECRETS, SESSION, token)
    assert not door.is_form_token(SECRETS, other, token)
    assert not door.is_form_token(OTHERS, SESSION, token)
    assert token != door.form_token(SECRETS, SESSION, nonce="n2")


@pytest.mark.parametrize("token", ["", ".", "n1", "n1.", "ü.ü"])
def test_what_is_no_form_token(token: str) -> None:
    assert not door.is_form_token(SECRETS, SESSION, token)


@pytest.mark.parametrize(("token", "fits"), [("token", True), ("tokem", False), ("", False)])
def test_the_owner_has_the_token(token: str, *, fits: bool) -> None:
    assert door.is_owner(SECRETS, token) is fits


def test_secrets_are_long() -> None:
    secrets = door.new_secrets(counted)
    assert len(secrets.owner_token) == 48
    assert len(secrets.signing_key) == 32
