"""A mail server for tests: real sockets on this machine, and it remembers what it was given."""

import base64
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import socket
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # of this machine, for tests alone
REFUSED = "nobody@example.org"
PASSWORD = "s3cret/äß"


@dataclass
class Desk:
    """What was said to the server, and what it insists on."""

    login: tuple[str, str] | None = None
    starttls: bool = False
    port: int = 0
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    was_secret: list[bool] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)


def _secrecy() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


class _Talk(StreamRequestHandler):
    """One conversation, line by line (RFC 5321)."""

    server: "_Server"

    def handle(self) -> None:
        self.is_in = False
        self.sender, self.to = "", list[str]()
        self.say("220 here")
        while line := self.rfile.readline().decode("utf-8").strip():
            word, _, rest = line.partition(" ")
            answer = getattr(self, f"on_{word.lower()}", None)
            if answer is None:
                self.say("502 not known")
            elif answer(rest) is False:
                return

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # after STARTTLS it is another one than the server knows

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    @property
    def is_secret(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def on_ehlo(self, _rest: str) -> None:
        desk = self.server.desk
        told = ["250-here"]
        told += ["250-STARTTLS"] if desk.starttls and not self.is_secret else []
        told += ["250-AUTH PLAIN"] if desk.login else []
        self.say(*told, "250 8BITMIME")

    def on_starttls(self, _rest: str) -> bool | None:
        self.say("220 go on in secret")
        try:
            self.connection = _secrecy().wrap_socket(self.connection, server_side=True)
        except OSError:
            return False
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)
        return None

    def on_auth(self, rest: str) -> None:
        _, user, password = base64.b64decode(rest.split()[1]).decode("utf-8").split("\0")
        self.server.desk.logins.append((user, password))
        self.is_in = (user, password) == self.server.desk.login
        self.say("235 welcome" if self.is_in else f"535 wrong password {password}")

    def on_mail(self, rest: str) -> None:
        if self.server.desk.login and not self.is_in:
            self.say("530 who are you?")
            return
        self.sender = rest.partition("<")[2].partition(">")[0]
        self.say("250 fine")

    def on_rcpt(self, rest: str) -> None:
        whom = rest.partition("<")[2].partition(">")[0]
        if whom == REFUSED:
            self.say("550 no such person")
            return
        self.to.append(whom)
        self.say("250 fine")

    def on_data(self, _rest: str) -> None:
        self.say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        text = b"".join(line.removeprefix(b".") for line in lines)
        self.server.desk.mails.append((self.sender, self.to, text))
        self.server.desk.was_secret.append(self.is_secret)
        self.say("250 taken")

    def on_rset(self, _rest: str) -> None:
        self.say("250 forgotten")

    def on_quit(self, _rest: str) -> bool:
        self.say("221 bye")
        return False


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, desk: Desk, *, is_secure: bool) -> None:
        self.desk, self.is_secure = desk, is_secure
        super().__init__(("127.0.0.1", 0), _Talk)

    def get_request(self) -> tuple[socket, Any]:
        found, address = super().get_request()
        return (_secrecy().wrap_socket(found, True) if self.is_secure else found), address


@contextmanager
def listening(
    *, login: tuple[str, str] | None = None, starttls: bool = False, is_secure: bool = False
) -> Iterator[Desk]:
    """A server for as long as a test lasts."""
    desk = Desk(login, starttls)
    with _Server(desk, is_secure=is_secure) as server:
        desk.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield desk
        finally:
            server.shutdown()
            thread.join()
