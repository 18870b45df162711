"""What is kept encrypted, where its key is, and what people are told when it is another one."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tierwise.connectors.secret_box import SecretBox
from tierwise.facts.problems import RefusedError

OLD, NEW, FOREIGN = (Fernet.generate_key().decode() for _ in range(3))


def test_the_key_is_made_at_first_use_and_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    box = SecretBox("", file)
    assert not file.exists()
    sealed = box.seal("a token")
    assert "token" not in sealed
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SecretBox("", file).unseal(sealed) == "a token"
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"], "no draft stays behind"


def test_of_many_that_make_the_key_at_once_one_wins(tmp_path: Path) -> None:
    boxes = [SecretBox("", tmp_path / "secret.key") for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda box: box.seal("x"), boxes))
    assert {boxes[0].unseal(one) for one in sealed} == {"x"}


def test_with_a_key_from_outside_no_file_is_made(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    box = SecretBox(OLD, file)
    assert box.unseal(box.seal("ä ünicode")) == "ä ünicode"
    assert not file.exists()


def test_a_new_key_in_front_opens_what_the_old_one_closed(tmp_path: Path) -> None:
    file = tmp_path / "secret.key"
    old, both, new = (SecretBox(keys, file) for keys in (OLD, f"{NEW}, {OLD}", NEW))
    before = old.seal("x")
    assert both.unseal(before) == "x"
    assert both.is_behind(before)
    again = both.seal(both.unseal(before))
    assert not both.is_behind(again)
    assert new.unseal(again) == "x"
    assert not new.is_behind(before), "with one key nothing can be brought forward"
    assert not both.is_behind(SecretBox(FOREIGN, file).seal("x")), "nor what none of them opens"


WRONG = {
    "another key": (FOREIGN, None, r"encrypted with another key.*TIERWISE_SECRET_KEY"),
    "another key in the file": ("", FOREIGN, r"encrypted with another key.*secret\.key"),
    "no key at all": ("", None, r"there is no .*secret\.key; put it back, or set TIERWISE_SECRET"),
    "a word that is no key": ("hunter22", None, r"in TIERWISE_SECRET_KEY is no key.*make one with"),
    "a file that holds no key": ("", "hunter22", r"secret\.key is no key.*make one with"),
    "a key that is not ASCII": ("schlüssel", None, r"in TIERWISE_SECRET_KEY is no key"),
}


@pytest.mark.parametrize(("keys", "in_file", "told"), WRONG.values(), ids=WRONG)
def test_a_wrong_key_is_told(tmp_path: Path, keys: str, in_file: str | None, told: str) -> None:
    sealed = SecretBox(OLD, tmp_path / "secret.key").seal("t0ken")
    if in_file is not None:
        (tmp_path / "secret.key").write_text(in_file)
    with pytest.raises(RefusedError, match=told) as refused:
        SecretBox(keys, tmp_path / "secret.key").unseal(sealed)
    for secret in ("t0ken", "hunter22", "schlüssel", OLD, FOREIGN):
        assert secret not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_a_box_shows_no_key() -> None:
    assert OLD not in repr(SecretBox(OLD, Path("secret.key")))
