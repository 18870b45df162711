"""The page, and the part of the Levels page, on how steady each value is."""

from starlette.responses import Response

from .forecast_answers import BAND
from .pages import needs_orders
from .site import Asked, Site, write_page


@needs_orders
def stability_page(site: Site, asked: Asked) -> Response:
    """Who came into the top and left it over the last refits; `part` is for the Levels page."""
    found = site.answers.stability()
    template = "_stability.html" if "part" in asked.query else "stability.html"
    kept = found.top_percent * BAND
    return write_page(site, asked, template, steady=found, kept_percent=kept)
