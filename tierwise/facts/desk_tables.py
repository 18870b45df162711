"""Rows of a help desk as they came, in the form of its export; the newest of each key counts."""

from collections.abc import Mapping

from .columns import Column, Kind, Table

SEQ = "seq"
"""The column that grows with the arrival of rows; no two rows of a table have the same."""


def _landed(name: str, meaning: str, key: str, texts: str, *others: Column) -> Table:
    """A table whose columns are texts that may be empty, but for the `others`."""
    keys = tuple(key.split())
    columns = tuple(
        Column(text, Kind.TEXT, "As the desk writes it.", nullable=text not in keys)
        for text in texts.split()
    )
    return Table(f"landed_{name}", meaning, keys, (*columns, *others))


def _count(name: str, meaning: str) -> Column:
    return Column(name, Kind.COUNT, meaning, nullable=True)


_MINUTES = tuple(
    _count(f"{span}_{hours}_min", f"Minutes of {span.replace('_', ' ')}, {hours} hours.")
    for span in (
        "reply",
        "first_resolution",
        "full_resolution",
        "agent_wait",
        "requester_wait",
        "on_hold",
    )
    for hours in ("calendar", "business")
)

RAW: Mapping[str, Table] = {
    "user": _landed(
        "user",
        "People of a desk; `level_value` is what stands in the field of the level, `address` the "
        "normalised e-mail.",
        "id",
        "id external_id email address name phone role organization_id created_at updated_at "
        "active level_value",
        Column("updated_at_s", Kind.INSTANT, "When the desk last changed them.", nullable=True),
    ),
    "group": _landed("group", "Teams of a desk.", "id", "id name"),
    "ticket": _landed(
        "ticket",
        "Tickets as they stand; deleted ones as well.",
        "id",
        "id created_at status requester_id submitter_id assignee_id group_id priority type "
        "via_channel via_source_rel organization_id updated_at generated_timestamp",
        Column("is_merged", Kind.FLAG, "Bears the tag of those that went into another."),
    ),
    "ticket_merge": _landed(
        "ticket_merge",
        "Tickets that were merged into another; `told_by` is `origin`, or `words` that anybody "
        "may write.",
        "ticket_id merged_id told_by",
        "ticket_id merged_id told_by",
    ),
    "ticket_metric": _landed(
        "ticket_metric",
        "What the desk itself counts of a ticket.",
        "ticket_id",
        "ticket_id solved_at updated_at",
        _count("replies", "Public replies of agents."),
        _count("reopens", "How often it was opened again."),
        *_MINUTES,
    ),
    "ticket_comment": _landed(
        "ticket_comment",
        "Who wrote when, and for whom; not what.",
        "id",
        "id ticket_id user_id created public",
    ),
    "ticket_field_history": _landed(
        "ticket_field_history",
        "Changes of status, priority, group and assignee.",
        "ticket_id field_name updated value",
        "ticket_id field_name updated user_id value",
    ),
    "satisfaction_rating": _landed(
        "satisfaction_rating",
        "Ratings of the older kind, each as often as it was changed.",
        "id updated_at score",
        "id ticket_id requester_id score comment created_at updated_at",
    ),
    "survey_response": _landed(
        "survey_response",
        "Answers of the newer kind, one row for each question.",
        "id question_type updated_at",
        "id survey_id survey_version subject responder_id question_type rating rating_category "
        "scale_max created_at updated_at expires_at comment",
    ),
    "ticket_metric_event": _landed(
        "ticket_metric_event",
        "How the desk's own clocks went.",
        "id",
        "id ticket_id metric type policy_id policy_title",
        _count("instance_id", "Which time the clock runs on the ticket; 1 is the first."),
        Column("time", Kind.INSTANT, "When it happened.", nullable=True),
        Column("deleted", Kind.FLAG, "Whether the desk took it back."),
        _count("target_s", "The target that was applied."),
        Column("business_hours", Kind.FLAG, "Whether only open hours count.", nullable=True),
        _count("calendar_min", "Minutes so far."),
        _count("business_min", "Minutes so far, of open hours."),
    ),
}
"""By their name in files; a value of a key may be an empty text."""
