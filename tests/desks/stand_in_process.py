"""The stand-in in a process of its own, seen from outside: what came of all that was sent to it."""

import contextlib
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

import httpx

Effects: TypeAlias = "Counter[tuple[str, ...]]"
Row: TypeAlias = dict[str, Any]

CLIENT_ID, CLIENT_SECRET = "tierwise", "standin-secret"
_SIGNED = ("ada@stand-in.example/token", "standin-token")
_STARTS_WITHIN_S = 20
_COMMAND = (sys.executable, "-m", "tierwise.connectors.standin_app")
# Objects by their kind: where they are listed, and by what they are known.
KINDS = {
    "user_field": ("user_fields", "key"),
    "group": ("groups", "name"),
    "schedule": ("business_hours/schedules", "name"),
    "sla_policy": ("slas/policies", "title"),
    "trigger": ("triggers", "title"),
    "view": ("views", "title"),
    "webhook": ("webhooks", "name"),
}
# What differs between two objects that are the same.
_OWN = {"id", "url", "created_at", "updated_at", "external_id", "raw_title", "raw_description"}


class StandInProcess:
    """A desk that nobody restarts while its client is killed again and again."""

    def __init__(self, *words: object) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen(
            [*_COMMAND, "--port", str(port), *map(str, words)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._ours = httpx.Client(base_url=self.address, auth=_SIGNED, timeout=30)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + _STARTS_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                self._ours.get("/standin/faults")
                return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the stand-in does not start: {' '.join(_COMMAND)}")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._ours.close()

    def change_faults(self, **news: object) -> None:
        self._ours.put("/standin/faults", json=news).raise_for_status()

    @contextlib.contextmanager
    def calm(self) -> Iterator[None]:
        """Without faults for a while."""
        rate = self._ours.get("/standin/faults").raise_for_status().json()["rate"]
        self.change_faults(rate=0.0)
        try:
            yield
        finally:
            self.change_faults(rate=rate)

    def effects(self) -> Effects:
        """How often each thing really changed: ("user", number, value), ("view", "create", …)."""
        found = self._ours.get("/standin/effects").raise_for_status().json()
        return Counter(dict(_counted(found)))

    def made(self, path: str, **body: object) -> Row:
        """Create something as somebody else would."""
        (kind, row), *_ = (
            self._ours.post(f"/api/v2/{path}", json=body).raise_for_status().json().items()
        )
        return dict(row) if kind else {}

    def asked(self, user: str, subject: str, *, is_solved: bool = False) -> str:
        """A ticket of a person; solved with an answer, or left open."""
        told = {"requester_id": int(user), "subject": subject, "comment": {"body": "where is it?"}}
        number = str(self.made("tickets", ticket=told)["id"])
        if is_solved:
            said = {"body": "on its way", "public": True}
            self.changed(f"tickets/{number}", ticket={"status": "solved", "comment": said})
        return number

    def changed(self, path: str, **body: object) -> None:
        self._ours.put(f"/api/v2/{path}", json=body).raise_for_status()

    def listed(self, path: str) -> list[Row]:
        """All rows of a list over its pages."""
        address: str | None = f"/api/v2/{path}{'&' if '?' in path else '?'}page[size]=100"
        rows: list[Row] = []
        while address:
            answer = self._ours.get(address).raise_for_status().json()
            rows += next(one for one in answer.values() if isinstance(one, list))
            more = (answer.get("meta") or {}).get("has_more")
            address = answer["links"]["next"] if more else None
        return rows

    def objects(self) -> dict[tuple[str, str], list[Row]]:
        """Everything of the kinds that a plan makes, by kind and title, without own numbers."""
        held: dict[tuple[str, str], list[Row]] = {}
        rows = [
            (kind, str(row[known_by]), row)
            for kind, (path, known_by) in KINDS.items()
            for row in self.listed(path)
        ]
        names = {str(row["id"]): f"{kind} {known}" for kind, known, row in rows}
        for kind, known, row in rows:
            plain = {name: value for name, value in row.items() if name not in _OWN}
            held.setdefault((kind, known), []).append(_by_name(plain, names))
        for schedule in self.listed(KINDS["schedule"][0]):
            for row in self.listed(f"business_hours/schedules/{schedule['id']}/holidays"):
                known = f"{schedule['name']} {row['name']} {row['start_date']}"
                held.setdefault(("holiday", known), []).append({"end_date": row["end_date"]})
        return held


def _by_name(value: Any, names: dict[str, str]) -> Any:
    """A value in which numbers of objects are their names: made anew, they have others."""
    if isinstance(value, dict):
        return {key: _by_name(part, names) for key, part in value.items() if key != "id"}
    if isinstance(value, list):
        return [_by_name(part, names) for part in value]
    return names.get(str(value), value)


def _counted(found: Any) -> Iterator[tuple[tuple[str, ...], int]]:
    """Effects as JSON writes them: rows whose last cell is the count, or a mapping."""
    rows = found.get("effects", found) if isinstance(found, dict) else found
    if isinstance(rows, dict):
        yield from ((tuple(key.split("/")), int(count)) for key, count in rows.items())
        return
    for row in rows:
        *key, count = [*row[0], row[1]] if isinstance(row[0], list) else row
        yield tuple(str(word) for word in key), int(count)
