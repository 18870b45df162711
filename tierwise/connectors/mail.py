"""Mail out by SMTP. What the server's address holds of a password is never shown."""

import smtplib
import ssl
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from tierwise.facts.problems import RefusedError, UsageError

PASSWORD = "TIERWISE_SMTP_PASSWORD"
FORM = "smtp://user@mail.example.org:587 or smtps://mail.example.org"
PATIENCE_S = 30
_WELCOME = 235
_PORTS = {"smtp": 587, "smtps": 465}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over. `is_secure` from the first byte, else by STARTTLS."""

    host: str
    port: int
    is_secure: bool
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        return self.host in _THIS_MACHINE


def mail_server(url: str, environment: Mapping[str, str]) -> MailServer:
    """A server from its address; a password in the environment goes before one in the address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _unread() from None
    if parts.scheme not in _PORTS or not parts.hostname:
        raise _unread()
    return MailServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        is_secure=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=environment.get(PASSWORD) or unquote(parts.password or ""),
    )


def _unread() -> UsageError:
    # The address may hold a password, so it is not repeated.
    return UsageError(f"the address of the mail server cannot be read; write it as {FORM}")


def send_mail(server: MailServer, mail: EmailMessage) -> None:
    """Hand a mail over to a server; RefusedError when it does not take it for everybody."""
    with _told_plainly(server), _connected(server) as smtp:
        if server.user:
            _sign_in(smtp, server)
        refused = smtp.send_message(mail)
    if refused:
        raise RefusedError(f"{server.host} took the mail, but not for {', '.join(refused)}")


def _sign_in(smtp: smtplib.SMTP, server: MailServer) -> None:
    smtp.ehlo_or_helo_if_needed()
    if (server.user + server.password).isascii() or not smtp.has_extn("auth"):
        smtp.login(server.user, server.password)
        return
    # The library knows ASCII alone; RFC 4616 takes passwords in UTF-8.
    secret = b64encode(f"\0{server.user}\0{server.password}".encode()).decode("ascii")
    code, said = smtp.docmd("AUTH", f"PLAIN {secret}")
    if code != _WELCOME:
        raise smtplib.SMTPAuthenticationError(code, said)


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that nobody can read along, unless it does not leave the machine."""
    secrecy = ssl.create_default_context()
    where = (server.host, server.port)
    if server.is_secure:
        with smtplib.SMTP_SSL(*where, timeout=PATIENCE_S, context=secrecy) as smtp:
            yield smtp
        return
    with smtplib.SMTP(*where, timeout=PATIENCE_S) as smtp:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=secrecy)
            smtp.ehlo()
        elif not server.is_here:
            raise RefusedError(
                f"{server.host} offers no encryption, so nothing was sent; "
                "use its smtps:// address, or another server"
            )
        yield smtp


@contextmanager
def _told_plainly(server: MailServer) -> Iterator[None]:
    """What goes wrong on the way, with what to do about it."""
    where = f"{server.host}:{server.port}"
    try:
        yield
    except smtplib.SMTPAuthenticationError:
        step = f"check the user in the address and the password in {PASSWORD}"
        raise RefusedError(f"{where} did not accept user and password; {step}") from None
    except smtplib.SMTPNotSupportedError as error:
        raise RefusedError(f"{where} cannot do what is needed: {_said(error)}") from None
    except smtplib.SMTPRecipientsRefused as error:
        whom = ", ".join(error.recipients)
        raise RefusedError(f"{where} takes no mail for {whom}; check the addresses") from None
    except smtplib.SMTPSenderRefused as error:
        raise RefusedError(f"{where} takes no mail from {error.sender}; see --sender") from None
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message
        raise RefusedError(f"the certificate of {where} is not valid: {why}") from None
    except (smtplib.SMTPException, OSError) as error:
        step = "check host and port of the address"
        raise RefusedError(f"no mail went out by {where} ({_said(error)}); {step}") from None


def _said(error: Exception) -> str:
    """What a server or the machine said, on one line."""
    found = getattr(error, "smtp_error", None) or getattr(error, "strerror", None) or str(error)
    text = found.decode("utf-8", "replace") if isinstance(found, bytes) else str(found)
    return " ".join(text.split()).lower() or type(error).__name__
