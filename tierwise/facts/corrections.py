"""What agents know better: whether a customer is of a type, said by a person and dated."""

from dataclasses import dataclass

from .columns import Column, Kind, Table

TEXT = Kind.TEXT

TYPE_CORRECTIONS = Table(
    "type_corrections",
    "What agents say of customers' types, where it is in force.",
    ("customer_id", "type"),
    (
        Column("customer_id", TEXT, "The customer."),
        Column("type", TEXT, "The type in question."),
        Column("holds", Kind.FLAG, "Whether the customer is of that type."),
        Column("reason", TEXT, "How the agent knows."),
        Column("by", TEXT, "Who said so."),
        Column("at", Kind.INSTANT, "When."),
    ),
)


@dataclass(frozen=True, slots=True)
class TypeCorrection:
    """A person's word that a customer is of a type, or is not (`holds`), with the reason.

    `at` and `ended_at` are UTC epoch seconds. It is in force until it is withdrawn or a newer
    one of the same customer and type replaces it; `ended_by` is who did that.
    """

    correction_id: str
    customer_id: str
    type: str
    holds: bool
    reason: str
    by: str
    at: int
    ended_at: int | None = None
    ended_by: str | None = None
