WITH turns AS (
    SELECT
        ticket_id, number, turn, actor, from_s,
        LAG(from_s) OVER (PARTITION BY ticket_id ORDER BY number) AS solved_s,
        LEAD(from_s) OVER (PARTITION BY ticket_id ORDER BY number) AS next_s,
        LEAD(turn) OVER (PARTITION BY ticket_id ORDER BY number) AS next_turn
    FROM status_spans
    WHERE turn IS NOT NULL
        AND ticket_id IN (SELECT ticket_id FROM status_spans WHERE turn = 'reopened')
),
judged AS (
    SELECT
        t.ticket_id, t.number, t.from_s, t.solved_s,
        MAX(CASE
            WHEN t.actor = 'customer' THEN 1
            WHEN w.kind <> 'reply' AND w.at_s > t.solved_s AND w.at_s <= t.from_s THEN 1
            ELSE 0
        END) AS is_customers,
        MAX(CASE
            WHEN t.next_turn = 'done' AND t.next_s - t.from_s <= {{ courtesy_s }} THEN 1 ELSE 0
        END) AS is_soon_done,
        MAX(CASE
            WHEN w.kind = 'reply' AND w.at_s >= t.from_s AND w.at_s <= t.next_s THEN 1 ELSE 0
        END) AS is_answered
    FROM turns t
    LEFT JOIN ticket_words w ON w.ticket_id = t.ticket_id
    WHERE t.turn = 'reopened'
    GROUP BY t.ticket_id, t.number, t.from_s, t.solved_s
)
SELECT
    ticket_id,
    number,
    from_s,
    CASE WHEN is_soon_done = 1 AND is_answered = 0 THEN 1 ELSE 0 END AS is_courtesy
FROM judged
WHERE is_customers = 1 AND from_s - solved_s <= {{ reopen_s }}
