"""The files pages need, each under a name that changes with its content."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_PRESSED = (".css", ".js", ".svg")
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Item:
    """One file as it is sent; `pressed` is the gzip form, where that is smaller."""

    name: str
    kind: str
    body: bytes
    pressed: bytes | None


@dataclass(frozen=True, slots=True)
class Shelf:
    """All files, by the name in the address; `names` leads there from the plain name."""

    items: Mapping[str, Item]
    names: Mapping[str, str]

    def address(self, plain: str) -> str:
        """Where a page finds the file."""
        return f"/static/{self.names[plain]}"


def stock_shelf(folder: Path) -> Shelf:
    """Read every file once; style sheets come last, since they name the fonts."""
    names: dict[str, str] = {}
    items: dict[str, Item] = {}
    known = [file for file in sorted(folder.iterdir()) if file.suffix in _KINDS]
    for file in sorted(known, key=lambda one: one.suffix == ".css"):
        item = _item(file, names)
        names[file.name] = item.name
        items[item.name] = item
    return Shelf(items, names)


def _item(file: Path, names: Mapping[str, str]) -> Item:
    body = file.read_bytes()
    if file.suffix == ".css":
        for plain, name in names.items():
            body = body.replace(f'url("{plain}")'.encode(), f'url("{name}")'.encode())
    mark = hashlib.sha256(body).hexdigest()[:12]
    pressed = gzip.compress(body, mtime=0) if file.suffix in _PRESSED else None
    return Item(f"{file.stem}.{mark}{file.suffix}", _KINDS[file.suffix], body, pressed)


def serve_item(shelf: Shelf, request: Request) -> Response:
    """The file an address names."""
    item = shelf.items.get(request.path_params["name"])
    if item is None:
        return Response("no such file", status_code=404, media_type="text/plain")
    headers = {"Cache-Control": _FOR_A_YEAR, "Vary": "Accept-Encoding"}
    if item.pressed is None or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(item.body, media_type=item.kind, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(item.pressed, media_type=item.kind, headers=headers)
