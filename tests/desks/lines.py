"""Lines of HTTP that somebody listens in on: whole exchanges, one after the other."""

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias, TypeVar

LOOPBACK = "127.0.0.1"
_ENDS = b"\r\n"
_BROKEN = (OSError, EOFError)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Message:
    """A question or an answer: its first line with the headers, and its body as it came."""

    head: bytes
    body: bytes

    @property
    def first_line(self) -> str:
        return self.head.partition(_ENDS)[0].decode("latin-1")

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.first_line.split()[1])

    def header(self, name: str) -> str:
        """The value of a header; empty when it is not there."""
        found = re.search(rb"(?im)^%s:[ \t]*(.*?)\r$" % name.encode(), self.head)
        return found[1].decode("latin-1") if found else ""

    def having(self, name: str, value: str) -> "Message":
        """The same with this header instead of what it said before."""
        others = re.sub(rb"(?im)^%s:.*\r\n" % name.encode(), b"", self.head)
        line, _, rest = others.partition(_ENDS)
        return Message(line + _ENDS + f"{name}: {value}\r\n".encode("latin-1") + rest, self.body)

    def renaming(self, name: str, new: str) -> "Message":
        """The same with another name for a header, if it is there."""
        head = re.sub(rb"(?im)^%s:" % name.encode(), f"{new}:".encode(), self.head)
        return Message(head, self.body)


Carry: TypeAlias = Callable[[Message], Awaitable[Message]]


class Line:
    """A free port of this machine; `carry` brings an answer to whatever is asked there.

    When it raises OSError or EOFError, whoever asked sees the line break.
    """

    def __init__(self, carry: Carry) -> None:
        self._carry = carry
        self._ends: set[asyncio.StreamWriter] = set()
        self._server = _wait_for(asyncio.start_server(self._serve, LOOPBACK, 0))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        _wait_for(self._closed())

    async def _closed(self) -> None:
        self._server.close()
        for end in self._ends:
            end.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._ends.add(writer)
        try:
            while True:
                answer = await self._carry(await _read(reader))
                writer.write(answer.head + answer.body)
                await writer.drain()
        except _BROKEN:  # either side hung up
            pass
        finally:
            self._ends.discard(writer)
            writer.close()


async def asked_at(port: int, message: Message) -> Message:
    """The answer of whoever listens at a port; EOFError when the line breaks before its end."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        writer.write(message.head + message.body)
        return await _read(reader)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Message:
    message = Message(await reader.readuntil(_ENDS * 2), b"")
    if message.header("transfer-encoding"):
        return Message(message.head, await _chunks(reader))
    return Message(
        message.head, await reader.readexactly(int(message.header("content-length") or 0))
    )


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body of unknown length, as it came."""
    body = b""
    while not body.endswith(b"0\r\n\r\n"):
        size = await reader.readuntil(_ENDS)
        body += size + await reader.readexactly(int(size, 16) + len(_ENDS))
    return body


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """All lines of this process are served by one thread."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="lines", daemon=True).start()
    return loop


def _wait_for(work: Coroutine[Any, Any, Found]) -> Found:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()
