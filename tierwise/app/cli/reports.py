"""The command that writes reports: as text, HTML or PDF, as a mail, or sent."""

import os
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .output import clock, json_option, note, open_shop, say, say_json
from .promises import refuse_level
from .scorecard_days import days_of, days_options, period_of

if TYPE_CHECKING:
    from tierwise.app.report_mail import Envelope
    from tierwise.app.report_records import Report
    from tierwise.app.wiring import MailServer

AFile = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--html", "html", type=AFile, help="Write it as an HTML page.")
@click.option("--pdf", "pdf", type=AFile, help="Write it as a PDF; needs the extra `pdf`.")
@click.option("--mail", "mail", type=AFile, help="Write it as a mail (.eml), not sent.")
@click.option("--send", "to", multiple=True, help="Send it to this address; may be repeated.")
@click.option(
    "--smtp",
    envvar="TIERWISE_SMTP",
    help="Mail server, smtp://user@host:587; its password is TIERWISE_SMTP_PASSWORD.",
)
@click.option("--sender", envvar="TIERWISE_SENDER", help="Who sends it; the user of the server.")
@days_options
@click.option("--level", help="Only this level.")
@json_option
@click.pass_obj
def report(project: Path, /, *, as_json: bool, **asked: Any) -> None:
    """One page: which targets are missed, too close to call and met, and what stands out."""
    from tierwise.app.report import report_of

    shop, post = open_shop(project), _post(asked)
    refuse_level(shop, asked["level"])
    found = report_of(shop, period_of(shop, days_of(asked)), level=asked["level"])
    if as_json:
        from dataclasses import replace

        say_json("report", replace(found, marks=()), shop)
    elif not any(asked[way] for way in ("html", "pdf", "mail", "to")):
        from tierwise.app.report_text import text_lines

        for line in text_lines(found):
            say(line)
    _write(found, asked)
    if post:
        _send(found, *post)


def _post(asked: dict[str, Any]) -> "tuple[MailServer, Envelope] | None":
    """The server and the envelope, before any work is done; None where nothing is sent."""
    from tierwise.app import wiring
    from tierwise.app.report_mail import Envelope
    from tierwise.facts.problems import UsageError

    if not asked["to"]:
        return None
    if not asked["smtp"]:
        raise UsageError(
            "name the mail server: --smtp smtp://user@host:587, or TIERWISE_SMTP in the environment"
        )
    server = wiring.mail_server(asked["smtp"], os.environ)
    sender = asked["sender"] or server.user
    if "@" not in sender:
        raise UsageError("say who sends it: --sender reports@example.org")
    return server, Envelope(sender, asked["to"], clock())


def _write(found: "Report", asked: dict[str, Any]) -> None:
    """The files that were asked for."""
    if asked["html"]:
        from tierwise.app.report_page import page_of

        asked["html"].write_text(page_of(found), "utf-8")
        note(f"wrote {asked['html']}")
    if asked["pdf"]:
        from tierwise.app.report_pdf import pdf_of

        asked["pdf"].write_bytes(pdf_of(found))
        note(f"wrote {asked['pdf']}")
    if asked["mail"]:
        from tierwise.app.report_mail import NOBODY, Envelope

        envelope = Envelope(asked["sender"] or NOBODY, asked["to"], clock())
        asked["mail"].write_bytes(_mail(found, envelope).as_bytes())
        note(f"wrote {asked['mail']}: {found.subject}")


def _send(found: "Report", server: "MailServer", envelope: "Envelope") -> None:
    from tierwise.app import wiring

    wiring.send_mail(server, _mail(found, envelope))
    note(f"sent to {', '.join(envelope.to)} by {server.host}: {found.subject}")


def _mail(found: "Report", envelope: "Envelope") -> EmailMessage:
    from tierwise.app.report_mail import mail_of
    from tierwise.app.report_picture import NO_PICTURES, can_draw

    if not can_draw():
        note(NO_PICTURES)
    return mail_of(found, envelope)
