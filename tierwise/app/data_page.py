"""The page that says what the numbers stand on: sources, their age, and what is wrong in them."""

from starlette.responses import Response

from .site import Asked, Site, write_page

PROBLEM_ROWS = 200


def data_page(site: Site, asked: Asked) -> Response:
    """Sources, rows that had problems, and tickets that had some."""
    found = site.answers.data_state()
    tickets = site.answers.ticket_problems(PROBLEM_ROWS) if site.answers.has_tickets() else ()
    return write_page(
        site,
        asked,
        "data.html",
        found=found,
        problems=found.problems[:PROBLEM_ROWS],
        of_tickets=tickets,
        all_shown=len(tickets) < PROBLEM_ROWS,
    )
