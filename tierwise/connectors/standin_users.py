"""People at the stand-in: how they are made, changed, merged and deleted."""

from collections.abc import Iterable, Iterator

from .standin_calls import Row, invalid, not_found
from .standin_state import State

PLAIN = (
    "alias",
    "details",
    "external_id",
    "locale",
    "moderator",
    "name",
    "notes",
    "organization_id",
    "phone",
    "photo",
    "role",
    "signature",
    "suspended",
    "tags",
    "ticket_restriction",
    "time_zone",
    "verified",
    "custom_role_id",
)
STAFF = ("agent", "admin")


def make_user(state: State, sent: Row) -> Row:
    """A new person; a name is needed, an e-mail address or number must not be taken."""
    if not sent.get("name"):
        raise invalid("name", "Name: is too short (minimum is 1 characters)", "ValueTooShort")
    number = state.new_id()
    user = {**_blank(state, number), **_known(sent)}
    _refuse_taken(state, number, sent)
    user["user_fields"] = {one["key"]: None for one in state.user_fields.values()}
    user["email"] = _plain_address(sent.get("email"))
    fields = _checked(state, sent)
    state.users[number] = user
    _add_identity(state, user, user["email"])
    _index(state, user)
    user["user_fields"].update(fields)
    state.touch("users", number)
    state.effects["user", "create", user["name"]] += 1
    return user


def change_user(state: State, number: int, sent: Row) -> Row:
    """Change a person as sent: `tags` replace, an `email` becomes one more identity."""
    user = state.user(number)
    if user is None or not user["active"]:
        raise not_found()
    _refuse_taken(state, number, sent)
    fields = _checked(state, sent)
    user = state.users.setdefault(number, user)
    before = dict(user["user_fields"])
    user.update(_known(sent))
    user["user_fields"] = {**before, **fields}
    _add_identity(state, user, _plain_address(sent.get("email")))
    _index(state, user)
    for key, value in fields.items():
        if value != before.get(key):
            state.effects["user", number, value] += 1
    user["updated_at"] = state.now_text
    state.touch("users", number)
    return user


def known_user(state: State, sent: Row) -> Row | None:
    """The person that `create_or_update` means: by number of the shop, else by e-mail."""
    outer, address = sent.get("external_id"), _plain_address(sent.get("email"))
    known = next(users_with(state, external_ids=[outer] if outer else []), None)
    if known is None and address:
        return state.user(state.addresses.get(address, 0))
    return known


def users_with(
    state: State, ids: Iterable[int] = (), external_ids: Iterable[str] = ()
) -> Iterator[Row]:
    """People by number, or by number of the shop in any case; whom nobody knows is left out."""
    outer = (state.outer_id(str(one)) for one in external_ids)
    found = (state.user(number) for number in (*ids, *outer))
    yield from (user for user in found if user is not None and user["active"])


def living(state: State) -> list[Row]:
    """Everybody who is not deleted."""
    return [user for user in state.users.values() if user["active"]]


def delete_user(state: State, number: int) -> Row:
    """Delete softly: the person stays readable by number, and is not active."""
    user = state.users.setdefault(number, state.user(number) or {})
    if not user or not user["active"]:
        raise not_found()
    for address in state.identities.pop(number, []):
        state.addresses.pop(address, None)
    state.outer_ids.pop(str(user["external_id"]).lower(), None)
    user.update(active=False, updated_at=state.now_text)
    state.touch("users", number)
    state.effects["user", "delete", number] += 1
    return user


def merge_users(state: State, loser: int, winner: int) -> Row:
    """Merge one end user into another: tickets and addresses move, the first is gone."""
    gone, kept = state.user(loser), state.user(winner)
    if gone is None or kept is None or loser == winner:
        raise not_found()
    if gone["role"] in STAFF or kept["role"] in STAFF:
        raise invalid("base", "Only end users can be merged")
    for ticket in state.tickets.values():
        if ticket["requester_id"] == loser:
            ticket["requester_id"] = winner
            state.touch("tickets", ticket["id"])
    addresses = state.identities[loser]
    delete_user(state, loser)
    for address in addresses:
        _add_identity(state, kept, address)
    state.merged[loser] = winner
    kept["updated_at"] = state.now_text
    state.touch("users", winner)
    return kept


def _blank(state: State, number: int) -> Row:
    now = state.now_text
    empty = "alias details external_id notes organization_id phone photo signature custom_role_id"
    return {
        **dict.fromkeys(empty.split()),
        "id": number,
        "url": f"https://{state.subdomain}.zendesk.com/api/v2/users/{number}.json",
        "created_at": now,
        "updated_at": now,
        "last_login_at": None,
        "role": "end-user",
        "active": True,
        "suspended": False,
        "verified": True,
        "moderator": False,
        "shared": False,
        "locale": "en-US",
        "locale_id": 1,
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "ticket_restriction": "requested",
        "tags": [],
    }


def _known(sent: Row) -> Row:
    return {name: sent[name] for name in PLAIN if name in sent}


def _plain_address(address: str | None) -> str | None:
    return address.strip().lower() if address else None


def _refuse_taken(state: State, number: int, sent: Row) -> None:
    address, outer = _plain_address(sent.get("email")), sent.get("external_id")
    if address and state.addresses.get(address, number) != number:
        said = f"Email: {address} is already being used by another user"
        raise invalid("email", said, "DuplicateValue")
    if outer and state.outer_id(str(outer)) not in {0, number}:
        raise invalid("external_id", "External has already been taken", "DuplicateValue")


def _add_identity(state: State, user: Row, address: str | None) -> None:
    known = state.identities[user["id"]]
    if address and address not in known:
        known.append(address)
        state.addresses[address] = user["id"]
        user["email"] = user["email"] or address


def _index(state: State, user: Row) -> None:
    if user["external_id"]:
        state.outer_ids[str(user["external_id"]).lower()] = user["id"]


def _checked(state: State, sent: Row) -> Row:
    """The fields that were sent and are known; a drop-down takes its own options only."""
    fields = {one["key"]: one for one in state.user_fields.values()}
    known = {key: value for key, value in (sent.get("user_fields") or {}).items() if key in fields}
    for key, value in known.items():
        options = fields[key].get("custom_field_options")
        if value and options is not None and value not in {one["value"] for one in options}:
            raise invalid("base", f"{fields[key]['title']}: {value} is not a valid option")
    return {key: value or None for key, value in known.items()}
