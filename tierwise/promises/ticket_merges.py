"""The SQL that follows merged tickets to the one that is left."""

from tierwise.facts.merges import steps_of

SURVIVORS = f"""
{steps_of("tickets", "ticket_id")}
SELECT
    s.ticket_id,
    CASE WHEN t.merged_into IS NULL THEN t.ticket_id END AS survivor_id,
    CASE
        WHEN t.ticket_id IS NULL THEN 'nobody'
        WHEN t.merged_into IS NULL THEN 'survivor'
        ELSE 'circle'
    END AS ends_at,
    s.target
FROM step_8 s
LEFT JOIN tickets t ON t.ticket_id = s.target
"""
"""A merge that goes round in a circle or is too long ends nowhere, and so does one into nobody."""
