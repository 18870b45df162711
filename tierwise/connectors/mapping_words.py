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
    ("surveys", "survey_id"): "response id, answer id, rating id, id, uuid, response, no, number",
    ("surveys", "customer_id"): "customer, respondent, respondent id, responder id, requester id, "
    "requester, contact, contact id, client, user id, kunde, kundennummer",
    ("surveys", "ticket_id"): "ticket, ticket number, ticket no, case id, case number, case, "
    "conversation id",
    ("surveys", "question"): "survey type, survey, question type, type, metric, kind, frage",
    ("surveys", "offered_at"): "sent at, sent, asked at, asked, offered, requested at, invited at, "
    "created at, created, gesendet",
    ("surveys", "answered_at"): "responded at, answered, responded, submitted at, completed at, "
    "rated at, response date, updated at, timestamp, date, beantwortet",
    ("surveys", "score"): "rating, stars, answer, value, result, points, bewertung",
    ("surveys", "scale_low"): "scale min, lowest, minimum, min, scale from",
    ("surveys", "scale_high"): "scale max, highest, maximum, max, scale to",
    ("surveys", "direction"): "coding, scale direction, high means",
    ("surveys", "comment"): "comments, feedback, text, verbatim, remark, kommentar",
    ("agent_states", "agent_id"): "agent, agent name, user, user id, employee, operator, "
    "mitarbeiter",
    ("agent_states", "channel"): "channel type, media type, media, kanal",
    ("agent_states", "state"): "status, agent state, agent status, activity, presence, zustand",
    ("agent_states", "began_at"): "started at, start, start time, from, since, begin, von",
    ("agent_states", "ended_at"): "ended, end, end time, until, to, bis",
    ("agent_states", "ticket_id"): "ticket, ticket number, case id, case, contact id, "
    "conversation id",
    ("help_sessions", "session_id"): "session, visit id, visit, id",
    (
        "help_sessions",
        "customer_id",
    ): "customer, user id, visitor id, visitor, user, contact, kunde",
    ("help_sessions", "began_at"): "started at, start, start time, timestamp, time, visited at, "
    "created at, date",
    ("help_sessions", "searches"): "search count, searched, queries, query count, suchen",
    ("help_sessions", "articles"): "articles viewed, articles read, article views, article count, "
    "page views, views, pages, artikel",
    ("help_sessions", "solved"): "helpful, was helpful, helped, resolved, did this help, hilfreich",
    ("live_contacts", "contact_id"): "call id, chat id, conversation id, interaction id, id, uuid",
    (
        "live_contacts",
        "customer_id",
    ): "customer, caller, caller id, visitor, visitor id, requester, "
    "requester id, user id, kunde, kundennummer",
    ("live_contacts", "ticket_id"): "ticket, ticket number, ticket no, case id, case number, case",
    ("live_contacts", "channel"): "media type, media, contact type, type, kanal",
    ("live_contacts", "offered_at"): "queued at, offered, arrived at, arrival, started at, start, "
    "created at, call time, time, date",
    ("live_contacts", "answered_at"): "answered, picked up at, accepted at, connected at, "
    "answer time, angenommen",
    ("live_contacts", "ended_at"): "ended, hung up at, finished at, completed at, end, end time, "
    "disconnected at, closed at, beendet",
    ("live_contacts", "callback"): "call back, callback requested, called back, rückruf",
    ("costs", "cost_id"): "id, number, no, entry, booking, document, beleg",
    ("costs", "day"): "date, booking date, posted on, datum",
    ("costs", "amount_minor"): "amount, cost, costs, value, sum, total, betrag, kosten",
    ("costs", "customer_id"): "customer, customer no, client, kunde, kundennummer",
    ("costs", "ticket_id"): "ticket, ticket number, ticket no, case id, case",
    ("costs", "team"): "department, group, cost center, cost centre, queue, kostenstelle",
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
_QUESTIONS: Mapping[str, str] = {
    "csat": "satisfaction, customer satisfaction, zufriedenheit",
    "nps": "net promoter score, net promoter, recommendation, weiterempfehlung",
    "ces": "effort, customer effort, customer effort score, aufwand",
    "fcr": "first contact resolution, first call resolution, resolved at first contact",
}
_DIRECTIONS: Mapping[str, str] = {
    "high_is_effort": "effort, high effort, high is effort, difficulty, aufwand",
    "high_is_ease": "ease, high ease, high is ease, easy, leicht",
}
_STATES: Mapping[str, str] = {
    "online": "available, ready, idle, waiting, bereit, verfügbar",
    "busy": "on call, in call, talking, in chat, handling, engaged, serving, on a call, besetzt",
    "wrap_up": "wrap-up, wrap up, wrapup, after call work, after-call work, acw, nachbearbeitung",
    "away": "break, lunch, pause, training, meeting, not ready, unavailable, pausiert",
    "offline": "logged out, logged off, signed out, invisible, abgemeldet",
}
_LINES: Mapping[str, str] = {
    "phone": "call, voice, inbound call, telephone, telefon, anruf",
    "chat": "live chat, web chat, webchat, messaging",
}
_WORDS_IN: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("surveys", "question"): _QUESTIONS,
    ("surveys", "direction"): _DIRECTIONS,
    ("agent_states", "state"): _STATES,
    ("live_contacts", "channel"): _LINES,
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
