{%- set in_turn = "ORDER BY created_s, LENGTH(ticket_id), ticket_id" -%}
WITH asking AS (
    SELECT
        c.ticket_id, c.created_s,
        a.channel, a.customer_id,
        CASE
            WHEN t.order_id IS NOT NULL THEN 'order ' || t.order_id
            ELSE 'category ' || t.category
        END AS topic
    FROM ticket_courses c
    JOIN ticket_answers s ON s.ticket_id = c.ticket_id
    JOIN tickets_asked a ON a.ticket_id = c.ticket_id
    JOIN tickets t ON t.ticket_id = c.ticket_id
    -- A call that an agent wrote down is the customer's all the same.
    WHERE c.is_countable = 1 AND (s.asked_s IS NOT NULL OR c.is_live = 1)
),
neighbours AS (
    SELECT
        ticket_id, customer_id, topic, channel, created_s,
        LAG(created_s) OVER (PARTITION BY customer_id, topic {{ in_turn }}) AS last_s,
        LAG(channel) OVER (PARTITION BY customer_id, topic {{ in_turn }}) AS last_channel,
        LEAD(created_s) OVER (PARTITION BY customer_id, topic {{ in_turn }}) AS again_s,
        LEAD(channel) OVER (PARTITION BY customer_id, topic {{ in_turn }}) AS again_channel
    FROM asking
    WHERE customer_id IS NOT NULL AND topic IS NOT NULL
),
related AS (
    SELECT
        ticket_id, last_s, again_s, again_channel,
        -- The last one before this run of the same channel is the last by another.
        MAX(CASE WHEN channel <> last_channel THEN last_s END) OVER (
            PARTITION BY customer_id, topic {{ in_turn }}
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS other_channel_s
    FROM neighbours
),
followed AS (
    SELECT ticket_id, LEAD(created_s) OVER (PARTITION BY customer_id {{ in_turn }}) AS next_s
    FROM asking
    WHERE customer_id IS NOT NULL
)
SELECT
    a.ticket_id,
    CASE WHEN a.created_s - r.last_s <= {{ issue_s }} THEN 0 ELSE 1 END AS opens_issue,
    r.again_s,
    r.again_channel,
    CASE WHEN a.created_s - r.other_channel_s <= {{ issue_s }} THEN 1 ELSE 0 END
        AS other_channel_before,
    f.next_s
FROM asking a
LEFT JOIN related r ON r.ticket_id = a.ticket_id
LEFT JOIN followed f ON f.ticket_id = a.ticket_id
