"""A report as a tagged PDF of one page; needs the extra `pdf`, and Pango from the machine."""

from typing import Any

from tierwise.facts.problems import RefusedError

from .print_ink import FAMILY, FONT
from .report_page import paper_of
from .report_records import Report

VARIANT = "pdf/ua-1"  # tagged: a screen reader finds its way
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.74, 0.68)  # tried in turn until all of it fits one page
_FACE = f'@font-face {{ font-family: {FAMILY}; src: url("{FONT.as_uri()}"); }}'


def pdf_of(report: Report) -> bytes:
    """The PDF; RefusedError with what to install where it cannot be made."""
    weasyprint = _weasyprint()
    fonts = weasyprint.text.fonts.FontConfiguration()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=["file"])
    face = weasyprint.CSS(string=_FACE, font_config=fonts, url_fetcher=fetcher)
    for scale in SCALES:
        paper = weasyprint.HTML(string=paper_of(report, scale=scale), url_fetcher=fetcher)
        laid_out = paper.render(font_config=fonts, stylesheets=[face], pdf_variant=VARIANT)
        if len(laid_out.pages) == 1:
            break
    return bytes(laid_out.write_pdf(pdf_variant=VARIANT))


def _weasyprint() -> Any:
    """The library that lays out paper, loaded only when it is needed."""
    try:
        import weasyprint
    except ImportError:
        raise RefusedError(
            "a PDF needs WeasyPrint, which is not installed; next: pip install 'tierwise[pdf]', "
            "or write the page with --html and print it"
        ) from None
    except OSError:
        raise RefusedError(
            "WeasyPrint finds no Pango on this machine; next: apt-get install libpango-1.0-0 "
            "libpangoft2-1.0-0 libharfbuzz-subset0, or write the page with --html and print it"
        ) from None
    return weasyprint
