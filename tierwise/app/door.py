"""The door every request passes: right host, signed in, not forged; safe headers on the way out."""

import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from .session import (
    LASTS_S,
    Session,
    cookie_value,
    is_form_token,
    is_owner,
    open_session,
    read_cookie,
)
from .site import Refusal, Site, path_of, write_refusal

SAFE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would turn the Origin of every form into `null`.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOPBACK = ("127.0.0.1", "localhost", "::1")
READING = ("GET", "HEAD")
OPEN_TO_ALL = ("/static/", "/sign-in")
# A help desk knocks here; what it signs is looked at behind the door.
HOOK = re.compile(r"/desks/[^/]+/hook")
FORM_TOKEN_HEADER = "x-form-token"
_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?")

WRONG_HOST = Refusal(
    421, "This address is not served here.", "Open the address that `tierwise serve` printed."
)
NOT_LOCAL = Refusal(
    403, "The demo answers on this computer only.", "Start `tierwise serve` without the demo."
)
FORGED = Refusal(
    403, "This request did not come from our own page.", "Go back, reload the page and try again."
)
NOT_SIGNED_IN = Refusal(
    401, "You are not signed in.", "Send the token that `tierwise serve` printed as `Bearer`."
)

Next = Callable[[Request], Awaitable[Response]]


def guard(site: Site) -> Callable[[Request, Next], Awaitable[Response]]:
    """What stands between the network and every page, call and file."""

    async def enter(request: Request, call_next: Next) -> Response:
        response = stopped(site, request)
        if response is None:
            response = await call_next(request)
            _keep_session(site, request, response)
        return with_safe_headers(response, path=request.scope["path"])

    return enter


def stopped(site: Site, request: Request) -> Response | None:
    """The answer to a request that may not come in; None lets it in, with a session."""
    # `request.url` is put together from the Host header too, which anybody may write.
    path, query = str(request.scope["path"]), request.query_params
    why = _refused(site, request)
    if why is not None:
        return write_refusal(site, path, why)
    if path.startswith(OPEN_TO_ALL) or HOOK.fullmatch(path):
        return None
    if "token" in query and request.method in READING:
        return sign_in(site, query["token"], _address(request))
    session, by_cookie = _session(site, request)
    if session is None:
        return _ask_to_sign_in(site, request)
    request.state.session = session
    needs_token = path.startswith("/api/") and request.method not in READING and by_cookie
    if needs_token and not _has_form_token(site, request, session):
        return write_refusal(site, path, FORGED)
    return None


def _refused(site: Site, request: Request) -> Refusal | None:
    """Wrong host (DNS rebinding), a stranger in the demo, or a form of another site."""
    host = host_name(request.headers.get("host", ""))
    if host not in (*LOOPBACK, *(known.lower() for known in site.hosts)):
        return WRONG_HOST
    client = request.client.host if request.client else ""
    if site.demo and client not in LOOPBACK:
        return NOT_LOCAL
    may_write = _is_own_page(request) or HOOK.fullmatch(str(request.scope["path"]))
    return None if request.method in READING or may_write else FORGED


def host_name(host: str) -> str:
    """The name in a Host header, without its port; nothing if it is no name.

    >>> host_name("127.0.0.1:8765"), host_name("[::1]:8765"), host_name("Shop.test")
    ('127.0.0.1', '::1', 'shop.test')
    >>> host_name("localhost:8765/static/?")
    ''
    """
    found = _HOST.fullmatch(host.lower())
    return (found[1] or found[2]) if found else ""


def _is_own_page(request: Request) -> bool:
    """What browsers say of where a form came from; programs say nothing and need a token."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    return origin is None or origin.partition("://")[2].lower() == host.lower()


def _session(site: Site, request: Request) -> tuple[Session | None, bool]:
    """The session, and whether it came by cookie, which a browser sends unasked."""
    now = site.clock()
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_owner(site.secrets, token):
        return open_session("owner", now=now, chance=site.chance), False
    cookie = request.cookies.get(cookie_name(site), "")
    session = read_cookie(site.secrets, cookie, now=now)
    if session is None and site.demo:
        return open_session("demo", now=now, chance=site.chance), True
    return session, True


def _has_form_token(site: Site, request: Request, session: Session) -> bool:
    return is_form_token(site.secrets, session, request.headers.get(FORM_TOKEN_HEADER, ""))


def _ask_to_sign_in(site: Site, request: Request) -> Response:
    path = str(request.scope["path"])
    if path.startswith("/api/"):
        return write_refusal(site, path, NOT_SIGNED_IN)
    then = _address(request) if request.method in READING else "/"
    return RedirectResponse(f"/sign-in?{urlencode({'then': then})}", status_code=303)


def sign_in(site: Site, token: str, then: str) -> Response:
    """The owner's way in: a cookie, and the address without the token."""
    if not is_owner(site.secrets, token):
        return RedirectResponse("/sign-in?wrong=1", status_code=303)
    response = RedirectResponse(own_address(then), status_code=303)
    session = open_session("owner", now=site.clock(), chance=site.chance)
    _set_cookie(site, response, session)
    return response


def own_address(then: str) -> str:
    """An address of this site; the front page for anything else.

    >>> own_address("/plans?x=1"), own_address("//evil.test"), own_address("https://evil.test")
    ('/plans?x=1', '/', '/')
    """
    fine = then.startswith("/") and not then.startswith(("//", "/\\"))
    return then if fine and then.isprintable() else "/"


def _address(request: Request) -> str:
    """Path and query of the request, without a token."""
    query = [(key, text) for key, text in request.query_params.multi_items() if key != "token"]
    return path_of(request) + (f"?{urlencode(query)}" if query else "")


def _keep_session(site: Site, request: Request, response: Response) -> None:
    """In the demo nobody signs in, so the first page brings the cookie."""
    session: Session | None = getattr(request.state, "session", None)
    if site.demo and session is not None and cookie_name(site) not in request.cookies:
        _set_cookie(site, response, session)


def _set_cookie(site: Site, response: Response, session: Session) -> None:
    response.set_cookie(
        cookie_name(site),
        cookie_value(site.secrets, session),
        max_age=LASTS_S,
        httponly=True,
        samesite="strict",
    )


def cookie_name(site: Site) -> str:
    """Cookies know no ports, so the name tells two servers of one computer apart."""
    return f"tierwise_{site.port}"


def with_safe_headers(response: Response, *, path: str) -> Response:
    """The headers no answer goes out without; only files may be kept."""
    response.headers.update(SAFE_HEADERS)
    if not path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    return response
