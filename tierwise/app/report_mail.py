"""A report as a mail: text first, then tables and one picture that says what it shows."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

from tierwise.facts.problems import UsageError

from .report_page import described, written
from .report_picture import WIDTH, png_of
from .report_records import Report
from .report_text import text_lines

NAME = "Tierwise"
NOBODY = "tierwise@localhost"


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom, to whom and when, UTC epoch seconds; UsageError for an address that is none."""

    sender: str
    to: tuple[str, ...]
    at_s: int

    def __post_init__(self) -> None:
        for one in (self.sender, *self.to):
            _address(one)


class _Subject(str):
    """A subject that stays as it is on its way; the library's own way doubles some spaces."""

    __slots__ = ()
    name = "Subject"

    def fold(self, *, policy: EmailPolicy) -> str:
        folded = Header(self, header_name=self.name).encode(splitchars=" ", linesep=policy.linesep)
        return f"{self.name}: {folded}{policy.linesep}"


def mail_of(report: Report, envelope: Envelope) -> EmailMessage:
    """The mail, complete; the same report at another time is another mail."""
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = _Subject(report.subject)
    mail["From"] = _address(envelope.sender, NAME)
    if envelope.to:
        mail["To"] = tuple(_address(one) for one in envelope.to)
    mail["Date"] = format_datetime(datetime.fromtimestamp(envelope.at_s, UTC))
    mail["Auto-Submitted"] = "auto-generated"  # no holiday notices in return (RFC 3834)
    text = "\n".join(text_lines(report))
    mail["Message-ID"] = f"<{_name_of(text, envelope)}@{envelope.sender.rpartition('@')[2]}>"
    mail.set_content(text)
    _add_page(mail, report)
    return mail


def _add_page(mail: EmailMessage, report: Report) -> None:
    """The page beside the text, the picture inside the page."""
    png = png_of(report)
    name = "" if png is None else hashlib.sha256(png).hexdigest()[:24]
    shown = {"picture": name, "described": described(report.marks), "width": WIDTH}
    mail.add_alternative(written(report, "report_mail.html", **shown), subtype="html")
    page = mail.get_payload(1)
    if png is not None and isinstance(page, EmailMessage):
        page.add_related(png, "image", "png", cid=f"<{name}>", disposition="inline")


def _address(text: str, name: str = "") -> Address:
    try:
        return Address(name, addr_spec=text.strip())
    except (ValueError, IndexError) as error:
        raise UsageError(f"`{text}` is no mail address; write it as ops@example.org") from error


def _name_of(text: str, envelope: Envelope) -> str:
    """The same report, sent again, is another mail."""
    return hashlib.sha256(f"{envelope}{text}".encode()).hexdigest()[:32]
