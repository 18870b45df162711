{%- set in_order = "PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id" -%}
WITH told AS (
    SELECT ticket_id, event_id, at_s, place, kind, 0 AS is_end
    FROM ticket_words
    WHERE kind IN ('ask', 'reply')
    UNION ALL
    -- Done, or gone; who logs what is done already asks first.
    SELECT ticket_id, event_id, from_s, CASE WHEN place = 0 THEN 1 ELSE place END, 'end', 1
    FROM status_spans
    WHERE status IN ('solved', 'closed') OR turn = 'gone'
),
-- A wait is over with the first reply or end after it; what lies between two of those is one wait.
counted AS (
    SELECT
        ticket_id, at_s, kind, is_end,
        LAG(kind) OVER ({{ in_order }}) AS last_kind,
        COUNT(CASE WHEN kind = 'reply' OR is_end = 1 THEN 1 END) OVER (
            {{ in_order }} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS turn
    FROM told
),
waits AS (
    SELECT
        ticket_id, turn,
        MIN(CASE WHEN kind = 'ask' THEN at_s END) AS asked_s,
        MIN(CASE WHEN kind = 'reply' THEN at_s END) AS answered_s,
        MIN(CASE WHEN is_end = 1 THEN at_s END) AS dropped_s
    FROM counted
    WHERE kind = 'ask' OR last_kind = 'ask'
    GROUP BY ticket_id, turn
)
SELECT
    w.ticket_id,
    ROW_NUMBER() OVER (PARTITION BY w.ticket_id ORDER BY w.turn) AS number,
    m.customer,
    m.level,
    m.channel,
    m.team,
    m.agent_id,
    m.category,
    w.asked_s,
    w.answered_s,
    w.dropped_s,
    CASE WHEN m.solved_s < w.asked_s THEN 1 ELSE 0 END AS was_solved
FROM waits w
JOIN ticket_measures m ON m.ticket_id = w.ticket_id
WHERE m.is_countable = 1 AND w.asked_s IS NOT NULL
