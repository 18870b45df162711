"""The web door: one application for pages, files and API, ready for a server to run."""

import os
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qsl

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tierwise.facts.problems import InputError, RefusedError, TierwiseError, UsageError

from . import (
    budget_page,
    data_page,
    deeds,
    desk_deeds,
    desk_page,
    metric_page,
    pages,
    people_page,
    promise_pages,
    rows_file,
    rows_page,
    scorecard_pages,
    value_deeds,
    value_pages,
    voice_page,
    volume_page,
)
from .api import describe_moments, router
from .desk_api import desk_router
from .desk_hooks import hook_route
from .door import FORGED, guard, with_safe_headers
from .long_work import LongWork
from .promise_api import promise_router
from .questions import Answers
from .scorecard_api import scorecard_router
from .session import SessionSecrets, is_form_token
from .shelf import serve_item, stock_shelf
from .site import FOLDER, THEMES, Asked, Refusal, Site, load_templates, path_of, write_refusal
from .value_api import value_router

LONGEST_FORM = 64 * 1024
TOO_LONG = Refusal(413, "That is more than a form can hold.", "Go back and shorten the text.")
BROKEN = Refusal(
    500, "Something went wrong on our side.", "Try again; the server's log says what happened."
)
BAD_POLICY = Refusal(
    409,
    "The policy cannot be used as it is.",
    "Mend the lines below and save the file; then the pages are back. Nothing else has changed.",
)
MOVED_ON = Refusal(409, "", "Reload the page to see how things stand now, then make a new plan.")
MISTAKEN = Refusal(400, "", "Mend it and try again.")
NEXT_STEPS = {
    404: "Go to the front page, or search for the customer.",
    405: "Go to the front page and use the buttons there.",
}

PAGES: tuple[tuple[str, str, pages.Handler], ...] = (
    ("GET", "/today", promise_pages.today_page),
    ("GET", "/metrics", scorecard_pages.scorecard_page),
    ("GET", "/metrics/{metric_id}", metric_page.metric_page),
    ("GET", "/metrics/{metric_id}/rows", rows_page.rows_page),
    ("GET", "/metrics/{metric_id}/rows.csv", rows_file.rows_file),
    ("GET", "/budget", budget_page.budget_page),
    ("GET", "/voice", voice_page.voice_page),
    ("GET", "/people", people_page.people_page),
    ("GET", "/volume", volume_page.volume_page),
    ("GET", "/breaches", promise_pages.breaches_page),
    ("GET", "/tickets", promise_pages.tickets_page),
    ("GET", "/tickets/{ticket_id:path}", promise_pages.ticket_page),
    ("GET", "/", promise_pages.front_page),
    ("GET", "/levels", pages.levels_page),
    ("GET", "/border", pages.border_part),
    ("POST", "/border", deeds.save_border),
    ("POST", "/value-use", value_deeds.plan_with_use),
    ("GET", "/stability", value_pages.stability_page),
    ("GET", "/segments", pages.segments_page),
    ("GET", "/customers", pages.customers_page),
    ("POST", "/customers/{customer_id:path}/override", deeds.set_override),
    ("POST", "/customers/{customer_id:path}/end-override", deeds.end_override),
    ("POST", "/customers/{customer_id:path}/type", value_deeds.correct_type),
    ("POST", "/customers/{customer_id:path}/withdraw-type", value_deeds.withdraw_correction),
    ("GET", "/customers/{customer_id:path}", pages.customer_page),
    ("GET", "/plans", pages.plans_page),
    ("POST", "/plans", deeds.make_plan),
    ("GET", "/plans/{plan_id}", pages.plan_page),
    ("GET", "/plans/{plan_id}/apply", deeds.ask_to_apply),
    ("POST", "/plans/{plan_id}/apply", deeds.apply_plan),
    ("GET", "/applies/{apply_id}/undo", deeds.ask_to_undo),
    ("POST", "/applies/{apply_id}/undo", deeds.undo_apply),
    ("GET", "/desk", desk_page.desk_page),
    ("GET", "/desk/push", desk_page.push_page),
    ("POST", "/desk/push", desk_deeds.push_levels),
    ("POST", "/desk/plans", desk_deeds.make_desk_plan),
    ("GET", "/desk/plans/{plan_id}", desk_page.desk_plan_page),
    ("POST", "/desk/plans/{plan_id}/apply", desk_deeds.apply_desk_plan),
    ("GET", "/data", data_page.data_page),
    ("POST", "/theme", deeds.choose_theme),
)


def make_app(
    answers: Answers,
    *,
    secrets: SessionSecrets,
    demo: bool,
    port: int,
    hosts: tuple[str, ...] = (),
    clock: Callable[[], int] = lambda: int(time.time()),
) -> FastAPI:
    """The application. `hosts` are names it answers to besides this computer's own."""
    if demo and hosts:
        raise UsageError("the demo has no sign-in, so it answers on this computer only")
    shelf = stock_shelf(FOLDER / "static")
    templates = load_templates(shelf)
    site = Site(
        answers, secrets, demo, port, hosts, clock, os.urandom, shelf, templates, LongWork()
    )
    app = FastAPI(
        title="Tierwise",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        routes=_routes(site),
        middleware=[
            Middleware(GZipMiddleware, minimum_size=600),
            Middleware(BaseHTTPMiddleware, dispatch=guard(site)),
        ],
    )
    app.state.answers = answers
    # Identifiers may hold slashes, so the longer addresses come first.
    app.include_router(desk_router)
    app.include_router(value_router)
    app.include_router(promise_router)
    app.include_router(scorecard_router)
    app.include_router(router)
    app.openapi_schema = describe_moments(app.openapi())
    _add_refusals(app, site)
    return app


def _routes(site: Site) -> list[BaseRoute]:
    """Pages, files and the sign-in form, each an address and what answers it."""

    async def files(request: Request) -> Response:
        return serve_item(site.shelf, request)

    async def sign_in(request: Request) -> Response:
        if request.method == "GET":
            return deeds.sign_in_page(site, request)
        form = await _read_form(request)
        return deeds.sign_in_form(site, form or {})

    return [
        *(Route(path, _page(site, answer), methods=[method]) for method, path, answer in PAGES),
        Route("/sign-in", sign_in, methods=["GET", "POST"]),
        Route("/static/{name}", files),
        hook_route(site.answers.take_hint),
    ]


def _page(site: Site, answer: pages.Handler) -> Callable[[Request], Awaitable[Response]]:
    """Read the request, refuse a forged form, and let a thread work out the answer."""

    async def endpoint(request: Request) -> Response:
        form = await _read_form(request)
        if form is None:
            return write_refusal(site, request.scope["path"], TOO_LONG)
        asked = _asked(site, request, form)
        forged = not is_form_token(site.secrets, asked.session, form.get("csrf", ""))
        if request.method == "POST" and forged:
            return write_refusal(site, request.scope["path"], FORGED)
        return await run_in_threadpool(answer, site, asked)

    return endpoint


async def _read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form, none for a reading request; None if it is too long."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        return {}


def _asked(site: Site, request: Request, form: dict[str, str]) -> Asked:
    theme = request.cookies.get("tierwise_theme", "")
    query = request.scope["query_string"].decode("latin-1")
    return Asked(
        path=path_of(request),
        address=path_of(request) + (f"?{query}" if query else ""),
        parts=request.path_params,
        query=dict(request.query_params),
        form=form,
        session=request.state.session,
        now=site.clock(),
        theme=theme if theme in THEMES else "",
    )


def _add_refusals(app: FastAPI, site: Site) -> None:
    """Errors in plain words, with the next step."""

    async def refused(request: Request, error: Exception) -> Response:
        return write_refusal(site, request.scope["path"], _why(error))

    async def not_here(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        title = str(error.detail) if isinstance(error, HTTPException) else ""
        title = "There is no such page." if title == "Not Found" else title
        step = NEXT_STEPS.get(status, "Go back and try again.")
        return write_refusal(site, request.scope["path"], Refusal(status, title, step))

    async def misread(request: Request, error: Exception) -> Response:
        step = "Compare the call with /api/openapi.json."
        return write_refusal(site, request.scope["path"], Refusal(422, _sentence(str(error)), step))

    async def broken(request: Request, _error: Exception) -> Response:
        # This one is written outside the door, so it brings the safe headers itself.
        response = write_refusal(site, request.scope["path"], BROKEN)
        return with_safe_headers(response, path=request.scope["path"])

    app.add_exception_handler(TierwiseError, refused)
    app.add_exception_handler(HTTPException, not_here)
    app.add_exception_handler(RequestValidationError, misread)
    app.add_exception_handler(Exception, broken)


def _why(error: Exception) -> Refusal:
    """What stands before the first `;` of our errors is what is wrong, after it the next step."""
    if isinstance(error, InputError):
        return replace(BAD_POLICY, problems=error.problems)
    usual = MOVED_ON if isinstance(error, RefusedError) else MISTAKEN
    said, _, step = str(error).partition("; ")
    return replace(usual, title=_sentence(said), next_step=_sentence(step or usual.next_step))


def _sentence(text: str) -> str:
    """An error's text as a sentence.

    >>> _sentence("the base has moved")
    'The base has moved.'
    """
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
