"""The book's tables about help desks: accounts, what was written to them, how far they were read.

Flags are 1 and 0. `desk_batches` and `desk_written` grow by many rows at a time and have no
foreign keys, like the tables of decisions; whoever writes to them looks at the account first.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text

from .book_columns import book_table, text_key, whole, whole_key, words

# `sign_in` is a word of facts/desks.py; what signs us in is in `desk_secrets`.
desk_accounts = book_table(
    "desk_accounts",
    whole_key("number"),
    words("desk"),
    words("name"),
    words("address"),
    words("sign_in"),
    words("remote_id"),
    whole("is_sandbox", nullable=True),
    whole("into_facts"),
    whole("connected_at"),
    words("connected_by"),
    UniqueConstraint("desk", "remote_id", name="desk_accounts_remote"),
    CheckConstraint("is_sandbox IN (0, 1)", name="desk_accounts_sandbox"),
    CheckConstraint("into_facts IN (0, 1)", name="desk_accounts_facts"),
)


def _of_account() -> ForeignKey:
    return ForeignKey("desk_accounts.number")


# Encrypted as one text; see secret_box.py.
desk_secrets = book_table(
    "desk_secrets",
    whole_key("account", _of_account()),
    words("sealed"),
)

# Which process works on an account now; it has lost it when `until_s` is over.
desk_turns = book_table(
    "desk_turns",
    whole_key("account", _of_account()),
    words("holder"),
    whole("until_s"),
)

# What we made or adopted at a desk; `body` is what we last wrote, as JSON.
desk_owned = book_table(
    "desk_owned",
    whole_key("account", _of_account()),
    text_key("logical_id"),
    words("kind"),
    words("remote_id"),
    words("body"),
    whole("adopted"),
    whole("at_s"),
    CheckConstraint("adopted IN (0, 1)", name="desk_owned_adopted"),
    sqlite_with_rowid=False,
)

desk_plans = book_table(
    "desk_plans",
    whole_key("number"),
    whole("account", _of_account()),
    words("purpose"),
    whole("made_at"),
    words("made_by"),
    whole("policy_version"),
    words("snapshot_sha"),
    words("ops"),
    words("findings"),
    words("state"),
    CheckConstraint("state IN ('open', 'begun', 'applied', 'dropped')", name="desk_plans_state"),
    Index("desk_plans_account", "account"),
)

desk_steps = book_table(
    "desk_steps",
    whole_key("plan", ForeignKey("desk_plans.number")),
    whole_key("number"),
    words("state"),
    words("remote_id", nullable=True),
    words("said"),
    whole("at_s", nullable=True),
    CheckConstraint("state IN ('waiting', 'begun', 'done')", name="desk_steps_state"),
    sqlite_with_rowid=False,
)

# One row for each person we ever wrote to, or tried to.
desk_written = book_table(
    "desk_written",
    whole_key("account"),
    text_key("user_id"),
    words("customer_id"),
    words("value", nullable=True),
    words("wanted", nullable=True),
    words("state"),
    words("found", nullable=True),
    words("said", nullable=True),
    whole("at_s"),
    Index("desk_written_state", "account", "state"),
    sqlite_with_rowid=False,
)

desk_pushes = book_table(
    "desk_pushes",
    whole_key("number"),
    whole("account", _of_account()),
    whole("started_at"),
    words("started_by"),
    whole("wanted"),
    whole("written"),
    whole("unchanged"),
    whole("kept"),
    whole("refused"),
    whole("missing"),
    whole("overwrite"),
    whole("ended_at", nullable=True),
    CheckConstraint("overwrite IN (0, 1)", name="desk_pushes_overwrite"),
    Index("desk_pushes_account", "account"),
    Index(
        "desk_pushes_running",
        "account",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

# The journal of a push. `people` are its rows as JSON, emptied when the push has ended.
desk_batches = book_table(
    "desk_batches",
    whole_key("push"),
    whole_key("number"),
    words("what"),
    words("state"),
    words("job_id", nullable=True),
    whole("tries"),
    words("people"),
    CheckConstraint("state IN ('waiting', 'sent', 'done')", name="desk_batches_state"),
    Index("desk_batches_state", "push", "state", "number"),
)

desk_streams = book_table(
    "desk_streams",
    whole_key("account", _of_account()),
    text_key("stream"),
    words("cursor", nullable=True),
    whole("part"),
    whole("rows"),
    whole("read_at", nullable=True),
    whole("is_end"),
    words("said"),
    CheckConstraint("is_end IN (0, 1)", name="desk_streams_end"),
    sqlite_with_rowid=False,
)

# Webhooks come unordered and repeated: the key takes each of them once.
desk_hints = book_table(
    "desk_hints",
    whole_key("account", _of_account()),
    text_key("hint_id"),
    words("kind"),
    words("ticket_id", nullable=True),
    whole("sent_at"),
    whole("taken_at"),
    whole("used_at", nullable=True),
    Index("desk_hints_used", "account", "used_at"),
    sqlite_with_rowid=False,
)

# How much of each limit was left when the desk was last asked.
desk_limits = book_table(
    "desk_limits",
    whole_key("account", _of_account()),
    text_key("scope"),
    whole("total"),
    whole("remaining"),
    whole("resets_s", nullable=True),
    whole("seen_at"),
    sqlite_with_rowid=False,
)
