-- A merge is followed for up to eight steps. One that goes round in a circle or is longer ends
-- nowhere, and so does one into a ticket that does not exist.
WITH step_1 AS (
    SELECT ticket_id, merged_into AS target FROM tickets WHERE merged_into IS NOT NULL
),
step_2 AS (
    SELECT a.ticket_id, COALESCE(b.target, a.target) AS target
    FROM step_1 a LEFT JOIN step_1 b ON b.ticket_id = a.target
),
step_4 AS (
    SELECT a.ticket_id, COALESCE(b.target, a.target) AS target
    FROM step_2 a LEFT JOIN step_2 b ON b.ticket_id = a.target
),
step_8 AS (
    SELECT a.ticket_id, COALESCE(b.target, a.target) AS target
    FROM step_4 a LEFT JOIN step_4 b ON b.ticket_id = a.target
)
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
