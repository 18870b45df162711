"""The report on paper: tagged, one page whatever there is to say, and readable again."""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from tierwise.app.report import report_of
from tierwise.app.report_pdf import pdf_of
from tierwise.app.report_records import Report
from tierwise.facts.problems import RefusedError

from .remembered_answers import RememberedAnswers


def printed(report: Report) -> PdfReader:
    """The PDF, read again; without WeasyPrint these tests are skipped, but never in CI."""
    try:
        return PdfReader(io.BytesIO(pdf_of(report)))
    except RefusedError as refused:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI prints for real: {refused}")
        pytest.skip(f"nothing was printed: {refused}")


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(RememberedAnswers(), None)


@pytest.fixture(scope="module")
def paper(report: Report) -> PdfReader:
    return printed(report)


def tagged(paper: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the structure that a screen reader walks along."""
    todo = [paper.trailer["/Root"]["/StructTreeRoot"]]  # type: ignore[index]
    while todo:
        one = todo.pop().get_object()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, DictionaryObject) and ("/S" in one or "/K" in one):
            yield one
            todo += [one["/K"]] if "/K" in one else []


def kinds(paper: PdfReader) -> list[str]:
    return [str(one["/S"]).lstrip("/") for one in tagged(paper) if "/S" in one]


def test_it_is_one_page_of_paper(paper: PdfReader) -> None:
    [page] = paper.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)


def test_it_says_what_it_is(report: Report, paper: PdfReader) -> None:
    assert paper.metadata
    assert paper.metadata.title == f"{report.title} – {report.shop}"
    root = paper.trailer["/Root"]
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]


def test_a_screen_reader_finds_its_way(paper: PdfReader) -> None:
    found = kinds(paper)
    assert found.count("H1") == 1
    assert found.count("H2") == 4
    assert found.count("Table") == 2
    assert found.count("TH") > 15
    [chart] = [one for one in tagged(paper) if one.get("/S") == "/Figure" and "/Alt" in one]
    assert "Premium, 1h in office: 93.3% kept, too close to call" in str(chart["/Alt"])


def test_its_words_can_be_copied(report: Report, paper: PdfReader) -> None:
    text = " ".join(paper.pages[0].extract_text().split())
    assert report.news in text
    assert report.as_of in text
    assert "made-up tickets" in text
    assert "Plus CSAT: 92.1% (89.0–95.2%), target 90%" in text


def test_its_letters_are_its_own(paper: PdfReader) -> None:
    """Signs and thin spaces too, so that it looks the same on every machine."""
    fonts = paper.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index]
    names = {str(one.get_object()["/BaseFont"]).partition("+")[2] for one in fonts}
    assert {name.partition("-")[0] for name in names} == {"Inter"}


@pytest.mark.slow
def test_more_to_say_is_written_smaller_and_stays_on_one_page(report: Report) -> None:
    crowded = replace(
        report,
        marks=report.marks + tuple(replace(one, clock=f"{one.clock} 2") for one in report.marks),
        targets=report.targets + report.targets[:6],
    )
    assert len(printed(crowded).pages) == 1


def test_nothing_to_say_is_a_page_too(report: Report) -> None:
    bare = replace(report, marks=(), targets=(), made_up=None, notes=())
    assert len(printed(bare).pages) == 1


def test_without_the_extra_it_says_what_to_install(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(RefusedError, match=r"not installed; next: pip install 'tierwise\[pdf\]'"):
        pdf_of(report)


def test_without_pango_it_says_what_to_install(
    report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "weasyprint.py"
    broken.write_text("raise OSError('cannot load library libpango-1.0-0')", "utf-8")
    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(RefusedError, match="no Pango on this machine; next: apt-get install"):
        pdf_of(report)
