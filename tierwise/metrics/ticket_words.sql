{%- set in_order = "PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id" -%}
{%- set before = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING" -%}
WITH said AS (
    SELECT
        ticket_id, event_id, at_s, place, kind,
        CASE WHEN kind = 'reply' THEN 2 WHEN place = 0 THEN 0 ELSE 1 END AS side,
        CASE WHEN kind = 'ask' THEN at_s END AS ask_s,
        CASE WHEN kind = 'reply' THEN at_s END AS reply_s
    FROM ticket_talk
    WHERE name IN ('created', 'customer_message', 'thanks', 'public_reply')
        AND kind IN ('ask', 'thanks', 'reply')
),
heard AS (
    SELECT
        ticket_id, event_id, at_s, place, kind, side,
        LAG(event_id) OVER ({{ in_order }}) AS last_event_id,
        LAG(side) OVER ({{ in_order }}) AS last_side,
        MAX(ask_s) OVER ({{ in_order }} {{ before }}) AS last_ask_s,
        MAX(reply_s) OVER ({{ in_order }} {{ before }}) AS last_reply_s
    FROM said
)
SELECT ticket_id, at_s, kind, last_side, last_ask_s, last_reply_s, place, event_id
FROM heard
-- What comes twice stands beside itself; of several creations the first one counts.
WHERE COALESCE(event_id <> last_event_id, TRUE) AND COALESCE(side + last_side, 1) > 0
