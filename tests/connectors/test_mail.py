"""Mail is handed over to a real server on this machine, in secret where the server can."""

import socket
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest

from tierwise.connectors.mail import MailServer, mail_server, send_mail
from tierwise.facts.problems import RefusedError, UsageError

from .smtp_server import CERTIFICATE, PASSWORD, REFUSED, listening

USER = "reports@example.org"


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that trusts the certificate of the test server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def mail(*to: str) -> EmailMessage:
    found = EmailMessage()
    found["Subject"], found["From"], found["To"] = "Premium too close to call", USER, ", ".join(to)
    found.set_content(".first dot\n£ 9.80\n")
    return found


@pytest.mark.parametrize(
    ("url", "environment", "found"),
    [
        ("smtp://mail.x.org", {}, MailServer("mail.x.org", 587, is_secure=False)),
        ("smtp://mail.x.org:25", {}, MailServer("mail.x.org", 25, is_secure=False)),
        ("smtps://mail.x.org", {}, MailServer("mail.x.org", 465, is_secure=True)),
        (
            "smtp://ana%40x.org:p%2Fw@mail.x.org",
            {},
            MailServer("mail.x.org", 587, False, "ana@x.org", "p/w"),
        ),
        (
            "smtp://ana@mail.x.org",
            {"TIERWISE_SMTP_PASSWORD": "p/w@"},
            MailServer("mail.x.org", 587, False, "ana", "p/w@"),
        ),
    ],
)
def test_the_address_of_a_server(url: str, environment: dict[str, str], found: MailServer) -> None:
    assert mail_server(url, environment) == found


@pytest.mark.parametrize(
    "url", ["mail.x.org", "http://a:hush@x.org", "smtp://", "smtp://a:hush@x:y", "smtp://[x"]
)
def test_an_address_that_cannot_be_read_is_not_repeated(url: str) -> None:
    with pytest.raises(UsageError, match="write it as smtp://user@") as refused:
        mail_server(url, {})
    assert "hush" not in str(refused.value)


def test_a_password_is_never_shown() -> None:
    assert "hush" not in repr(mail_server("smtp://ana:hush@x.org", {}))


def test_a_mail_arrives_as_it_was_written() -> None:
    with listening() as desk:
        send_mail(mail_server(f"smtp://127.0.0.1:{desk.port}", {}), mail("a@x.org", "b@x.org"))
    [(sender, to, text)] = desk.mails
    assert (sender, to) == (USER, ["a@x.org", "b@x.org"])
    assert b"Subject: Premium too close to call\r\n" in text
    assert b"\r\n.first dot\r\n" in text


@pytest.mark.parametrize("password", ["s3cret", PASSWORD])
def test_user_and_password_open_the_door(password: str) -> None:
    with listening(login=(USER, password)) as desk:
        server = MailServer("127.0.0.1", desk.port, False, USER, password)
        send_mail(server, mail("a@x.org"))
    assert desk.logins == [(USER, password)]
    assert len(desk.mails) == 1


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("way", [{"starttls": True}, {"is_secure": True}], ids=str)
def test_nobody_can_read_along(way: dict[str, bool]) -> None:
    with listening(login=(USER, PASSWORD), **way) as desk:
        secure = "is_secure" in way
        send_mail(MailServer("localhost", desk.port, secure, USER, PASSWORD), mail("a@x.org"))
    assert desk.was_secret == [True]


@pytest.mark.parametrize("way", [{"starttls": True}, {"is_secure": True}], ids=str)
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(way: dict[str, bool]) -> None:
    with listening(login=(USER, PASSWORD), **way) as desk:
        server = MailServer("localhost", desk.port, "is_secure" in way, USER, PASSWORD)
        with pytest.raises(RefusedError, match=r"certificate of localhost:\d+ is not valid: self"):
            send_mail(server, mail("a@x.org"))
    assert not desk.logins
    assert not desk.mails


def test_another_machine_without_encryption_gets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.create_connection
    with listening(login=(USER, PASSWORD)) as desk:
        here = ("127.0.0.1", desk.port)
        monkeypatch.setattr(socket, "create_connection", lambda _there, *more: real(here, *more))
        server = MailServer("mail.example.org", desk.port, False, USER, PASSWORD)
        with pytest.raises(RefusedError, match="offers no encryption, so nothing was sent"):
            send_mail(server, mail("a@x.org"))
    assert not desk.logins


@pytest.mark.parametrize("wrong", ["wrong-one", "wröng-one"])
def test_a_wrong_password_is_told_without_the_password(wrong: str) -> None:
    with listening(login=(USER, PASSWORD)) as desk:
        server = MailServer("127.0.0.1", desk.port, False, USER, wrong)
        with pytest.raises(RefusedError, match="did not accept user and password") as refused:
            send_mail(server, mail("a@x.org"))
    assert wrong not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_server_that_takes_no_password() -> None:
    with listening() as desk:
        server = MailServer("127.0.0.1", desk.port, False, USER, PASSWORD)
        with pytest.raises(RefusedError, match=r"cannot do what is needed: .*auth.*not supported"):
            send_mail(server, mail("a@x.org"))


def test_whom_the_server_does_not_know_is_told() -> None:
    with listening() as desk:
        server = MailServer("127.0.0.1", desk.port, is_secure=False)
        with pytest.raises(RefusedError, match=f"takes no mail for {REFUSED}; check"):
            send_mail(server, mail(REFUSED))
        with pytest.raises(RefusedError, match=f"took the mail, but not for {REFUSED}"):
            send_mail(server, mail("a@x.org", REFUSED))
    assert [to for _, to, _ in desk.mails] == [["a@x.org"]]


def test_a_server_that_wants_to_know_who_sends() -> None:
    with listening(login=(USER, PASSWORD)) as desk:
        server = MailServer("127.0.0.1", desk.port, is_secure=False)
        with pytest.raises(RefusedError, match=f"takes no mail from {USER}"):
            send_mail(server, mail("a@x.org"))


def test_nobody_is_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(RefusedError, match=r"no mail went out by 127.0.0.1:\d+ \(connection ref"):
        send_mail(MailServer("127.0.0.1", port, is_secure=False), mail("a@x.org"))


def test_the_certificate_of_the_tests_is_of_this_machine_alone() -> None:
    found = ssl._ssl._test_decode_cert(str(CERTIFICATE))  # type: ignore[attr-defined]
    assert dict(found["subjectAltName"]) == {"DNS": "localhost", "IP Address": "127.0.0.1"}
    assert Path(CERTIFICATE).read_text("utf-8").count("PRIVATE KEY") == 2
