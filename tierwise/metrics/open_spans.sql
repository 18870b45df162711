WITH turns AS (
    SELECT
        ticket_id, number, turn, from_s,
        LEAD(turn) OVER (PARTITION BY ticket_id ORDER BY number) AS next_turn,
        LEAD(from_s) OVER (PARTITION BY ticket_id ORDER BY number) AS next_s
    FROM status_spans
    WHERE turn IS NOT NULL
)
SELECT
    t.ticket_id,
    ROW_NUMBER() OVER (PARTITION BY t.ticket_id ORDER BY t.number) AS number,
    m.customer,
    m.level,
    m.channel,
    m.team,
    m.agent_id,
    m.category,
    t.from_s,
    CASE WHEN t.turn = 'logged' THEN t.from_s ELSE t.next_s END AS until_s,
    CASE WHEN t.turn = 'logged' OR t.next_turn = 'done' THEN 1 ELSE 0 END AS was_solved,
    m.created_s
FROM turns t
JOIN ticket_measures m ON m.ticket_id = t.ticket_id
WHERE t.turn IN ('opened', 'logged', 'reopened') AND m.opened_by <> 'automation'
