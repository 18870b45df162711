WITH words AS (
    SELECT
        w.ticket_id, w.at_s, w.kind, w.last_ask_s,
        CASE WHEN w.at_s > c.solved_s THEN 0 ELSE 1 END AS is_to_solve,
        CASE
            WHEN w.kind <> 'reply' THEN 0
            WHEN c.is_live = 1 AND w.at_s - w.last_reply_s <= {{ session_s }} THEN 0
            WHEN c.is_live = 0 AND w.last_side = 2 THEN 0
            ELSE 1
        END AS is_touch,
        CASE
            WHEN w.kind = 'reply' THEN 0
            WHEN c.is_live = 1 AND w.at_s - w.last_ask_s <= {{ session_s }} THEN 0
            WHEN c.is_live = 0 AND w.last_side < 2 THEN 0
            ELSE 1
        END AS is_contact,
        CASE
            WHEN w.kind <> 'ask' OR w.last_reply_s IS NULL OR w.at_s >= c.solved_s THEN 0
            WHEN c.is_live = 1
                AND w.at_s - GREATEST(w.last_ask_s, w.last_reply_s) <= {{ session_s }} THEN 0
            ELSE 1
        END AS is_ask_again
    FROM ticket_words w
    JOIN ticket_courses c ON c.ticket_id = w.ticket_id
),
talk AS (
    SELECT
        ticket_id,
        MIN(CASE WHEN kind = 'ask' THEN at_s END) AS asked_s,
        MIN(CASE WHEN kind = 'reply' AND last_ask_s IS NOT NULL THEN at_s END) AS human_s,
        COUNT(CASE WHEN kind = 'reply' THEN 1 END) AS human_messages,
        COUNT(CASE WHEN kind <> 'reply' THEN 1 END) AS customer_messages,
        COUNT(CASE WHEN is_touch = 1 THEN 1 END) AS touches,
        COUNT(CASE WHEN is_touch + is_to_solve = 2 THEN 1 END) AS touches_to_solve,
        COUNT(CASE WHEN is_contact = 1 THEN 1 END) AS contacts,
        COUNT(CASE WHEN is_ask_again = 1 THEN 1 END) AS asks_after_answer
    FROM words
    GROUP BY ticket_id
),
machines AS (
    SELECT DISTINCT ticket_id, event_id, at_s, kind
    FROM ticket_talk
    WHERE (actor IN ('bot', 'automation') OR name = 'handed_over')
        AND kind IN ('bot', 'automation', 'handover')
),
answered AS (
    SELECT
        m.ticket_id,
        COUNT(CASE WHEN m.kind <> 'handover' THEN 1 END) AS bot_messages,
        MIN(CASE WHEN m.kind = 'bot' AND m.at_s >= t.asked_s THEN m.at_s END) AS bot_s,
        MIN(CASE WHEN m.kind = 'handover' THEN m.at_s END) AS handed_over_s
    FROM machines m
    LEFT JOIN talk t ON t.ticket_id = m.ticket_id
    GROUP BY m.ticket_id
),
handed AS (
    SELECT a.ticket_id, MIN(w.at_s) AS after_handover_s
    FROM answered a
    JOIN ticket_words w ON w.ticket_id = a.ticket_id AND w.at_s >= a.handed_over_s
    WHERE w.kind = 'reply' AND a.handed_over_s IS NOT NULL
    GROUP BY a.ticket_id
)
SELECT
    c.ticket_id,
    t.asked_s,
    t.human_s,
    LEAST(t.human_s, a.bot_s) AS any_s,
    a.handed_over_s,
    h.after_handover_s,
    COALESCE(t.human_messages, 0) AS human_messages,
    COALESCE(t.customer_messages, 0) AS customer_messages,
    COALESCE(a.bot_messages, 0) AS bot_messages,
    COALESCE(t.touches, 0) AS touches,
    COALESCE(t.touches_to_solve, 0) AS touches_to_solve,
    COALESCE(t.contacts, 0) AS contacts,
    COALESCE(t.asks_after_answer, 0) AS asks_after_answer
FROM ticket_courses c
LEFT JOIN talk t ON t.ticket_id = c.ticket_id
LEFT JOIN answered a ON a.ticket_id = c.ticket_id
LEFT JOIN handed h ON h.ticket_id = c.ticket_id
