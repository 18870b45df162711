"""The browser's way back: a page on this machine that catches the code of a sign-in."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from tierwise.facts.desks import DeniedError
from tierwise.facts.problems import RefusedError

HERE = "127.0.0.1"
PATIENCE_S = 300.0
_LOOK_S = 0.05  # how often it looks whether it is to stop
_IDLE_S = 10.0  # browsers open connections they never use
_PAGE = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Tierwise</title>'
    '<meta name="viewport" content="width=device-width"><meta name="color-scheme" '
    'content="light dark"><body style="font:1rem/1.5 sans-serif;margin:3rem"><p>{said}</p></body>'
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves that the code comes back to whoever asked for it (PKCE), and to this request."""

    verifier: str = field(repr=False)
    challenge: str
    state: str


def new_proof(chance: Callable[[int], bytes]) -> Proof:
    """A proof for one sign-in; `chance` gives so many random bytes."""
    verifier, state = _word(chance(48)), _word(chance(24))
    return Proof(verifier, _word(sha256(verifier.encode("ascii")).digest()), state)


class CodeCatcher:
    """Waits at `redirect_uri` for the browser to bring a code."""

    def __init__(self, port: int, caught: "Queue[str | None]") -> None:
        self.redirect_uri = f"http://{HERE}:{port}/"
        self._caught = caught

    def code(self, patience_s: float = PATIENCE_S) -> str:
        """The code; DeniedError when somebody declined, RefusedError when nobody came."""
        try:
            code = self._caught.get(timeout=patience_s)
        except Empty:
            text = f"nobody signed in within {patience_s:.0f} s"
            raise RefusedError(f"{text}; run the command again and follow its link") from None
        if code is None:
            raise DeniedError("the sign-in was declined in the browser; nothing is connected")
        return code


@contextmanager
def code_catcher(port: int, state: str) -> Iterator[CodeCatcher]:
    """Listen on this machine alone; port 0 takes any. `state` is that of the request."""
    caught: Queue[str | None] = Queue()
    try:
        server = _Server((HERE, port), state, caught)
    except OSError as error:
        text = f"port {port} of this machine is taken ({error.strerror})"
        raise RefusedError(f"{text}; give another one with --redirect-port") from None
    thread = Thread(target=server.serve_forever, args=(_LOOK_S,), name="sign-in", daemon=True)
    thread.start()
    try:
        yield CodeCatcher(server.server_port, caught)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, where: tuple[str, int], state: str, caught: "Queue[str | None]") -> None:
        self.state, self.caught = state, caught
        super().__init__(where, _Visit)


class _Visit(BaseHTTPRequestHandler):
    timeout = _IDLE_S
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/" or not {"code", "error"} & query.keys():
            self._say(404, "There is nothing here.")
        elif not compare_digest(query.get("state", "").encode(), self.server.state.encode()):
            # Perhaps an older tab, perhaps somebody else; whoever we wait for may still come.
            self._say(400, "This is not the sign-in Tierwise waits for. Use the latest link.")
        elif "error" in query:
            self._say(200, "Declined. Nothing is connected; you may close this page.")
            self.server.caught.put(None)
        else:
            self._say(200, "Signed in. You may close this page and go back to Tierwise.")
            self.server.caught.put(query["code"])

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the line would hold the code."""

    def _say(self, status: int, said: str) -> None:
        page = _PAGE.format(said=said).encode()
        self.send_response(status)
        headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(page))}
        headers |= {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)


def _word(some: bytes) -> str:
    return urlsafe_b64encode(some).rstrip(b"=").decode("ascii")
