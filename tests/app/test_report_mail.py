"""The report as a mail, read again as a mail program reads it."""

import email
import os
import re
import struct
import sys
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from html import unescape

import pytest

from tierwise.app.report import report_of
from tierwise.app.report_mail import Envelope, mail_of
from tierwise.app.report_picture import can_draw
from tierwise.app.report_records import Report
from tierwise.facts.problems import UsageError

from .remembered_answers import NOW, RememberedAnswers

ENVELOPE = Envelope("reports@example.org", ("ana@example.org", "bo@example.org"), NOW)
PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 100_000  # with text, tables and headers far below what cuts a mail off


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(RememberedAnswers(), None)


@pytest.fixture(scope="module")
def mail(report: Report) -> EmailMessage:
    return arrived(report)


def arrived(report: Report, envelope: Envelope = ENVELOPE) -> EmailMessage:
    """The mail after its way through a mail server."""
    found = email.message_from_bytes(mail_of(report, envelope).as_bytes(), policy=default)
    assert isinstance(found, EmailMessage)
    assert not [part.defects for part in found.walk() if part.defects]
    return found


@pytest.fixture
def drawing() -> None:
    """Pictures can be drawn; without the extra their tests are skipped, but never in CI."""
    if not can_draw() and os.environ.get("CI") == "true":
        pytest.fail("CI draws for real: pip install 'tierwise[export]'")
    if not can_draw():
        pytest.skip("nothing was drawn: pip install 'tierwise[export]'")


def page(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body
    return str(body.get_content())


def test_the_envelope(report: Report, mail: EmailMessage) -> None:
    assert mail["Subject"] == report.subject
    assert mail["From"] == "Tierwise <reports@example.org>"
    assert mail["To"] == "ana@example.org, bo@example.org"
    assert mail["Date"].datetime.timestamp() == NOW
    assert mail["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<\w{32}@example\.org>", mail["Message-ID"])


@pytest.mark.parametrize(
    "shop",
    ["Acme", "Café Élodie – Schöne Grüße für die ganze große Handels-GmbH", "Zażółć 店 " * 9],
)
def test_a_subject_arrives_as_it_was_written(shop: str, report: Report) -> None:
    written = replace(report, shop=shop)
    assert arrived(written)["Subject"] == written.subject


def test_text_comes_first(mail: EmailMessage) -> None:
    assert mail.get_content_type() == "multipart/alternative"
    first, second = mail.iter_parts()
    assert first.get_content_type() == "text/plain"
    assert second.get_content_type() in {"multipart/related", "text/html"}
    text = first.get_content().replace("\r\n", "\n")
    assert text.startswith("Plus and Standard miss targets; Premium too close to call\n")
    assert "  Plus CSAT: 92.1% (89.0–95.2%), target 90%\n" in text


def test_the_page_is_of_tables_with_names_and_styles_on_each_element(mail: EmailMessage) -> None:
    html = page(mail)
    assert html.count("<table") == 3
    assert not re.findall(r"<th(?![^>]*scope=)[ >]", html)
    assert "<style" not in html
    assert "<svg" not in html
    assert 'lang="en"' in html
    assert len(re.findall("<h1", html)) == 1
    told = unescape(re.sub(r"<[^>]+>", " ", html))
    for said in ("These tickets are made up", "Data as of 9 Dec 2011", "93.5%", "91.8–95.2%"):
        assert said in told


@pytest.mark.usefixtures("drawing")
def test_the_picture_lies_inside_and_says_what_it_shows(mail: EmailMessage) -> None:
    [picture] = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content_disposition() == "inline"
    png = picture.get_content()
    assert png.startswith(PNG)
    width, height = struct.unpack(">II", png[16:24])
    assert width == 1_320
    assert height > 400
    assert len(png) < MOST_BYTES
    [image] = re.findall(r"<img [^>]+>", page(mail))
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in image
    assert "First response, Premium, 1h in office: 93.3% kept, too close to call" in image


@pytest.mark.usefixtures("drawing")
def test_the_picture_has_its_words_in_it(report: Report) -> None:
    """Drawn with the font that comes with us: words are ink, and more of them more ink."""
    import resvg_py

    from tierwise.app.print_ink import FONT
    from tierwise.app.report_page import picture_of

    drawn = str(picture_of(report))
    wordless = re.sub(r">[^<>]+</text>", "></text>", drawn)
    sizes = [
        len(resvg_py.svg_to_bytes(svg_string=one, skip_system_fonts=True, font_files=[str(FONT)]))
        for one in (drawn, wordless)
    ]
    assert sizes[0] > sizes[1] * 1.5


def test_without_the_extra_the_mail_has_its_tables_and_no_picture(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    found = arrived(report)
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    assert "<img" not in page(found)
    assert "Promises kept and satisfied customers" in page(found)


def test_the_same_report_sent_again_is_another_mail(report: Report) -> None:
    names = {
        mail_of(report, Envelope("r@x.org", ("a@x.org",), at_s))["Message-ID"]
        for at_s in (NOW, NOW, NOW + 1)
    }
    assert len(names) == 2


@pytest.mark.parametrize("wrong", ["ana", "", "ana@x.org\nBcc: eve@x.org", "ana@x.org, bo@x.org"])
def test_an_address_that_is_none_is_told(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"is no mail address; write it as ops@example\.org"):
        Envelope("r@x.org", (wrong,), NOW)


def test_a_shop_with_lines_in_its_name_makes_no_headers(report: Report) -> None:
    class Named(RememberedAnswers):
        def shop_name(self) -> str:
            return "Acme\r\nBcc: eve@x.org"

    found = arrived(report_of(Named(), None))
    assert found["Bcc"] is None
    assert "Acme Bcc: eve@x.org" in found["Subject"]
