"""What companies call our columns and our words, as far as exports seen in the wild tell."""

from collections.abc import Mapping

# A name earlier in its list is the likelier one.
_CALLED: Mapping[str, str] = {
    "order_id": "order number, order no, order, invoice, invoice no, id, bestellnummer, name",
    "customer_id": "customer, customer no, customer number, client, user id, kundennummer, id",
    "placed_at": "created at, order date, date, ordered at, invoice date, purchased at, datum",
    "total_minor": "total, amount, order total, total price, gross, revenue, betrag, summe, value",
    "refunded_minor": "refunded, refunded amount, refund, returned amount",
    "discount_minor": "discount, discount amount, rabatt",
    "currency": "currency code, waehrung, währung",
    "state": "status, financial status, payment status, order status",
    "channel": "source, source name, sales channel",
    "email": "e-mail, mail, email address, customer email",
    "phone": "telephone, mobile, phone number, telefon",
    "account_id": "company, company id, account, organisation",
    "happened_at": "timestamp, time, event time, date, occurred at",
    "event_id": "id, uuid",
    "name": "event, event name, full name, customer name",
    "day": "date, valid from",
    "rate_ppm": "rate",
    "created_at": "created, signup date, registered at, opened at",
}
# Where a table has names of its own for a column.
_CALLED_IN: Mapping[tuple[str, str], str] = {
    ("tickets", "ticket_id"): "ticket number, ticket no, ticket, case number, case id, case, "
    "incident, id, number, key",
    ("tickets", "customer_id"): "requester, requester id, customer, contact, contact id, caller, "
    "caller id, reporter, client, user id, kundennummer",
    ("tickets", "created_at"): "created, opened at, opened, reported at, date, erstellt",
    ("tickets", "channel"): "via channel, via, source, origin, contact type, kanal",
    ("tickets", "priority"): "urgency, priorität",
    ("tickets", "status"): "state, ticket status",
    ("tickets", "team"): "group, group name, group id, assignment group, queue, department",
    ("tickets", "agent_id"): "assignee, assignee id, assigned to, owner, agent, bearbeiter",
    ("tickets", "category"): "ticket type, type, topic, reason, kategorie",
    ("tickets", "order_id"): "order, order number, order no, bestellnummer",
    ("tickets", "merged_into"): "merged to, duplicate of",
    ("ticket_events", "ticket_id"): "ticket number, ticket no, ticket, case number, case id, case",
    ("ticket_events", "event_id"): "message id, comment id, id, uuid, message",
    ("ticket_events", "happened_at"): "timestamp, time, created at, created, event time, sent at, "
    "updated at, updated, occurred at, date",
    ("ticket_events", "name"): "event, event type, type, event name, action, field name",
    ("ticket_events", "actor"): "author type, author role, sender type, role, sender, from",
    ("ticket_events", "actor_id"): "author, author id, user id, user, agent",
    ("ticket_events", "value"): "new value, new status, to, status",
}
# What companies say of an order, in our words; what is not known is left for the reader.
_WORDS: Mapping[str, str] = {
    "paid": "complete, completed, shipped, delivered, closed, done, bezahlt, versandt",
    "unpaid": "pending, open, on-hold, processing, authorized, offen, unbezahlt",
    "cancelled": "canceled, void, voided, failed, expired, storniert",
    "purchase": "order, sale, invoice, rechnung, bestellung",
    "refund": "return, credit, credit note, gutschrift, retoure",
}
_STATUSES: Mapping[str, str] = {
    "new": "created, neu",
    "open": "active, in progress, assigned, reopened, offen, in bearbeitung",
    "pending": "waiting, waiting on customer, waiting for customer, awaiting user info, wartend",
    "hold": "on hold, on-hold, awaiting vendor, waiting on third party",
    "solved": "resolved, done, fixed, gelöst, erledigt",
    "closed": "geschlossen",
    "deleted": "trashed, gelöscht",
}
_ACTORS: Mapping[str, str] = {
    "customer": "user, end-user, end user, requester, contact, visitor, client, inbound, kunde",
    "agent": "admin, staff, operator, support, teammate, outbound, mitarbeiter",
    "bot": "chatbot, ai, answer bot",
    "automation": "system, trigger, rule, workflow",
    "team": "group",
}
# Of messages without a type it is said by whom they are. A mere `comment` may be anything.
_EVENTS: Mapping[str, str] = {
    "customer_message": "customer message, incoming, customer, " + _ACTORS["customer"],
    "public_reply": f"reply, answer, outgoing, agent, bot, {_ACTORS['agent']}, {_ACTORS['bot']}",
    "private_note": "note, private note, internal note, internal, notiz",
    "status": "status change, status changed, state",
    "assigned": "assignment, assignee, assignee_id, assign",
    "team": "group, group_id, transferred",
    "priority": "priority change",
    "created": "opened, ticket created",
    "merged": "merge",
}
_WORDS_IN: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("tickets", "status"): _STATUSES,
    ("ticket_events", "actor"): _ACTORS,
    ("ticket_events", "name"): _EVENTS,
}
# What other sources of events say beside these is understood too.
OUR_EVENTS = frozenset({*_EVENTS, "thanks", "handed_over", "split", "channel", "spam", "deleted"})


def also_called(table: str, column: str) -> tuple[str, ...]:
    """Their names of our column, the likelier ones first."""
    names = _CALLED_IN.get((table, column), _CALLED.get(column, ""))
    return tuple(names.split(", ")) if names else ()


def has_words(table: str, column: str) -> bool:
    """Whether the words of a column are ours, although others are allowed."""
    return (table, column) in _WORDS_IN


def our_word(table: str, column: str, word: str) -> str | None:
    """Our word for one of theirs, in small letters; None if nobody knows.

    >>> our_word("tickets", "status", "resolved"), our_word("orders", "state", "closed")
    ('solved', 'paid')
    """
    words = _WORDS_IN.get((table, column), _WORDS)
    meant = (ours for ours, theirs in words.items() if word == ours or word in theirs.split(", "))
    return next(meant, None)
