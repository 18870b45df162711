"""The four questions that are the same for every kind of configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .standin_calls import Call, Reply, Route, Row, invalid, not_found
from .standin_paging import paged
from .standin_state import State


@dataclass(frozen=True, slots=True)
class Shelf:
    """A kind of things: where they stand, what they are called, how what is sent becomes theirs.

    `taken` makes of what was sent what is kept, or refuses it. Those with a position are in
    order, and the position is what the server counts.
    """

    kind: str
    kinds: str
    path: str
    held: str
    taken: Callable[[State, Row], Row]
    title: str = "title"
    ordered: bool = False

    def of(self, state: State) -> dict[int, Row]:
        held: dict[int, Row] = getattr(state, self.held)
        return held

    def rows(self, state: State) -> list[Row]:
        """All of them; in their order if they have one."""
        rows = list(self.of(state).values())
        return sorted(rows, key=lambda row: (row["position"], row["id"])) if self.ordered else rows

    def known(self, state: State, call: Call) -> Row:
        """The one a path names."""
        row = self.of(state).get(call.id())
        if row is None:
            raise not_found()
        return row

    def make(self, state: State, sent: Row) -> Row:
        """A new one, with a number and a place."""
        if not sent.get(self.title):
            raise invalid(self.title, f"{self.title.capitalize()}: cannot be blank", "BlankValue")
        number, now = state.new_id(), state.now_text
        path = f"https://{state.subdomain}.zendesk.com{self.path}/{number}.json"
        row: Row = {"id": number, "url": path, "created_at": now, "updated_at": now}
        row |= self.taken(state, sent)
        if self.ordered:
            row["position"] = sent.get("position") or len(self.of(state)) + 1
        self.of(state)[number] = row
        self.count(state)
        state.effects[self.kind, "create", row[self.title]] += 1
        return row

    def change(self, state: State, row: Row, sent: Row) -> Row:
        """Change what was sent, and leave the rest."""
        whole = {**row, **sent}
        row.update(self.taken(state, whole))
        if self.ordered and "position" in sent:
            row["position"] = sent["position"]
        row["updated_at"] = state.now_text
        self.count(state)
        state.effects[self.kind, "update", row[self.title]] += 1
        return row

    def count(self, state: State) -> None:
        """Positions are 1, 2, 3 … whatever was sent; the newest gets the place it wants."""
        if not self.ordered:
            return
        rows = sorted(
            self.of(state).values(), key=lambda row: (row["position"], row["updated_at"], row["id"])
        )
        for at, row in enumerate(rows, 1):
            row["position"] = at

    def reorder(self, state: State, numbers: list[Any]) -> None:
        """Put those first that are named, in that order; one nobody knows is refused."""
        held, wanted = self.of(state), [int(number) for number in numbers]
        if not set(wanted) <= set(held):
            raise invalid("base", f"{self.kinds} hold numbers that nobody knows")
        rest = [row["id"] for row in self.rows(state) if row["id"] not in wanted]
        for at, number in enumerate([*wanted, *rest], 1):
            held[number]["position"] = at
        state.effects[self.kind, "reorder", len(wanted)] += 1

    def routes(self, change_by: str = "PUT") -> tuple[Route, ...]:
        """List, make, show, change and delete."""
        one = f"{self.path}/{{id}}"
        return (
            Route("GET", self.path, self._list),
            Route("POST", self.path, self._create, "admin"),
            Route("GET", one, self._show),
            Route(change_by, one, self._update, "admin"),
            Route("DELETE", one, self._delete, "admin"),
        )

    def _list(self, state: State, call: Call) -> Reply:
        return paged(call, self.kinds, self.rows(state))

    def _show(self, state: State, call: Call) -> Reply:
        return Reply({self.kind: self.known(state, call)})

    def _create(self, state: State, call: Call) -> Reply:
        return Reply({self.kind: self.make(state, call.within(self.kind))}, 201)

    def _update(self, state: State, call: Call) -> Reply:
        row = self.known(state, call)
        return Reply({self.kind: self.change(state, row, call.within(self.kind))})

    def _delete(self, state: State, call: Call) -> Reply:
        row = self.known(state, call)
        del self.of(state)[row["id"]]
        self.count(state)
        state.effects[self.kind, "delete", row[self.title]] += 1
        return Reply(status=204)
