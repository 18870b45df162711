"""A report from the command line: read, printed, and mailed through a real server."""

import email
import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from tests.connectors.smtp_server import PASSWORD, Desk, listening

from .exports import twenty_customers
from .terminal import Terminal
from .test_promises import EVENTS, TICKETS, answer, read_tickets

USER = "reports@example.org"
SAID_SO = "too few cases to judge any target"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A shop with levels in force and a few tickets; tests only look at it."""
    folder = tmp_path_factory.mktemp("desk")
    shop = Terminal(folder / "myshop")
    shop("init", shop.project)
    shop("read", twenty_customers(folder / "orders.csv"), "--as", "shopify-orders")
    shop("plan")
    shop("apply", "p1")
    early = "0,email:c0@x.org,2025-11-03 09:00:00,email,normal,solved\n"
    read_tickets(shop, folder, TICKETS + early, EVENTS)
    return shop


@contextmanager
def mail_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A server that knows us; the password comes from the environment alone."""
    monkeypatch.setenv("TIERWISE_SMTP_PASSWORD", PASSWORD)
    with listening(login=(USER, PASSWORD)) as server:
        address = f"smtp://reports%40example.org@127.0.0.1:{server.port}"
        monkeypatch.setenv("TIERWISE_SMTP", address)
        yield server


def test_the_news_is_the_first_line(desk: Terminal) -> None:
    done = desk("report")
    assert done.code == 0, done.err
    assert done.out.splitlines()[0].lower() == SAID_SO
    assert "Service levels, 16 Jan – 12 Feb 2026, My shop" in done.out
    assert "left out: see `tierwise doctor`." in done.out
    assert "Europe/Berlin. Intervals are 95%." in done.out


def test_files_are_written_and_the_terminal_says_which(desk: Terminal, tmp_path: Path) -> None:
    html, mail = tmp_path / "week.html", tmp_path / "week.eml"
    done = desk("report", "--html", html, "--mail", mail, "--level", "premium", "--period", "7d")
    assert (done.code, done.out) == (0, "")
    assert f"wrote {html}\n" in done.err
    page = html.read_text("utf-8")
    assert "<h1>Service levels of Premium, 6 Feb – 12 Feb 2026</h1>" in page
    read = email.message_from_bytes(mail.read_bytes(), policy=default)
    assert read["Subject"].lower().startswith(f"{SAID_SO} (my shop, ")
    assert read["Subject"] in done.err


def test_it_is_sent_and_the_password_stands_nowhere(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(monkeypatch) as server:
        done = desk("report", "--send", "ana@example.org", "--send", "bo@example.org")
    assert done.code == 0, done.err
    assert "sent to ana@example.org, bo@example.org by 127.0.0.1: " in done.err
    assert PASSWORD not in done.err + done.out
    [(sender, to, text)] = server.mails
    assert (sender, to) == (USER, ["ana@example.org", "bo@example.org"])
    arrived = email.message_from_bytes(text, policy=default)
    assert isinstance(arrived, EmailMessage)
    body = arrived.get_body(("plain",))
    assert body
    assert "Promises kept and satisfied customers" in body.get_content()


def test_a_server_that_says_no_is_a_failure(
    desk: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(monkeypatch) as server:
        monkeypatch.setenv("TIERWISE_SMTP_PASSWORD", "wrong-one")
        done = desk("report", "--send", "ana@example.org")
    assert done.code == 1
    assert "did not accept user and password" in done.err
    assert "wrong-one" not in done.err
    assert not server.mails


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--send", "ana@x.org"), "name the mail server: --smtp smtp://user@host:587"),
        (("--send", "ana@x.org", "--smtp", "smtp://127.0.0.1:1"), "say who sends it: --sender"),
        (("--send", "ana@x.org", "--smtp", "imap://x:hush@y"), "cannot be read; write it as smtp"),
        (("--send", "ana", "--smtp", "smtp://a%40x.org@127.0.0.1:1"), "`ana` is no mail address"),
        (("--level", "gold"), "no level `gold` in the policy"),
        (("--period", "28d", "--from", "2026-02-01"), "the days are named already"),
    ],
)
def test_what_is_missing_is_asked_for(desk: Terminal, words: tuple[str, ...], said: str) -> None:
    done = desk("report", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert "hush" not in done.err


def test_without_tickets_it_is_said_how_to_read_some(shop: Terminal) -> None:
    done = shop("report")
    assert done.code == 1
    assert "no tickets yet; read some with `tierwise read FILE --as READER`" in done.err


@pytest.mark.slow
def test_the_report_and_the_scorecard_say_the_same(sample: Path, tmp_path: Path) -> None:
    """One count behind both, for the made-up tickets of the sample."""
    shop, pdf = Terminal(sample), tmp_path / "week.pdf"
    told = answer(shop("report", "--json"))
    card = answer(shop("scorecard", "--json"))
    values = {(one["metric"], one["level"]): one["figure"] for one in card["lines"]}
    for level, line in zip(("premium", "plus", "standard", None), told["levels"], strict=True):
        assert line["kept"]["said"] == f"{values['s.attain', level]['value']:.1%}"
        assert line["kept"]["rows"].startswith(f"{values['s.attain', level]['n']} ")
    kept = answer(shop("attainment", "--from", "2011-11-12", "--to", "2011-12-09", "--json"))
    for level in kept["levels"]:
        whole = level["promises"]["found"]["counts"]
        due = whole["met"] + whole["late"] + whole["open_late"]
        assert due == values["s.attain", level["level"]]["n"]
    assert told["made_up"]
    assert json.dumps(told).count("made-up") == 0  # said once, by the sentence of the source
    assert shop("report", "--pdf", pdf).code in {0, 1}
