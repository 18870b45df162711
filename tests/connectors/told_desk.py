"""A small server that answers what it was told, for what a whole stand-in cannot be made to say."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Said = Mapping[str, Any] | str


@dataclass(frozen=True)
class Reply:
    """One answer; `breaks` hangs up instead: before or after the request was taken."""

    status: int = 200
    body: Said = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: Literal["", "silent"] = ""


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


class ToldDesk:
    """Answers each path by its replies, one after another; the last of them again and again."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.heard: list[Heard] = []
        self.url = ""
        self._lock = threading.Lock()

    def tell(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    def answer(self, heard: Heard) -> Reply:
        with self._lock:
            self.heard.append(heard)
            replies = self.replies.get(heard.path)
            if not replies:
                return Reply(404, {"error": "RecordNotFound", "description": "Not found"})
            return replies.pop(0) if len(replies) > 1 else replies[0]

    def asked(self) -> list[str]:
        return [f"{heard.method} {heard.path}" for heard in self.heard]


class _Visit(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet for one answer
    desk: ToldDesk

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query, body = dict(parse_qsl(parts.query)), json.loads(raw) if raw else None
        reply = self.desk.answer(Heard(self.command, parts.path, query, body, headers))
        if reply.breaks:
            self.close_connection = True
            return
        self._say(reply)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _say(self, reply: Reply) -> None:
        is_text = isinstance(reply.body, str)
        text = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
        raw = b"" if reply.status == 204 else text.encode()
        self.send_response_only(reply.status)
        kind = "application/json" if not is_text else "text/html" if "<" in text else "text/plain"
        for name, value in ({"Content-Type": kind} | dict(reply.headers)).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()


@contextmanager
def told_desk() -> Iterator[ToldDesk]:
    """A desk of this kind that listens on this machine."""
    desk = ToldDesk()
    visit = type("Visit", (_Visit,), {"desk": desk})
    server = ThreadingHTTPServer(("127.0.0.1", 0), visit)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    desk.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
