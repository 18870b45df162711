{%- set statuses = "'new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted', 'spam'" -%}
WITH tickets_told AS (
    SELECT ticket_id, MIN(at_s) AS first_s,
        MIN(CASE WHEN name = 'created' THEN at_s END) AS created_s,
        MAX(CASE WHEN name = 'created' THEN at_s END) AS last_s,
        COUNT(CASE WHEN name = 'created' THEN 1 END) AS creations,
        -- Whether the events say how it stands.
        MAX(CASE
            WHEN event_id = '~status' THEN 0
            WHEN name IN ('status', 'merged', 'deleted', 'spam') THEN 1
            WHEN name = 'created' AND value IS NOT NULL THEN 1
            ELSE 0
        END) AS has_status,
        MAX(CASE WHEN event_id = '~status' THEN 1 ELSE 0 END) AS is_guessed
    FROM ticket_stories
    GROUP BY ticket_id
),
early AS (
    SELECT s.ticket_id, s.event_id, s.name, k.created_s - s.at_s AS early_s
    FROM tickets_told k
    JOIN ticket_stories s ON s.ticket_id = k.ticket_id
    WHERE k.first_s < k.created_s AND s.at_s < k.created_s
)
SELECT e.ticket_id, e.event_id, 'event_without_ticket' AS kind, '`' || e.name || '`' AS found
FROM ticket_events e
LEFT JOIN tickets t ON t.ticket_id = e.ticket_id
WHERE t.ticket_id IS NULL
UNION ALL
-- Messages of a merged ticket may be older than the one they came to.
SELECT e.ticket_id, e.event_id, 'before_creation', '`' || e.name || '` ' || e.early_s || ' s before'
FROM early e
JOIN ticket_events o ON o.ticket_id = e.ticket_id AND o.event_id = e.event_id
UNION ALL
SELECT ticket_id, NULL, CASE WHEN last_s > created_s THEN 'two_creations' ELSE 'created_again' END,
    creations || ' within ' || (last_s - created_s) || ' s'
FROM tickets_told
WHERE creations > 1
UNION ALL
SELECT ticket_id, event_id, 'unknown_status', COALESCE('`' || value || '`', 'nothing')
FROM ticket_stories
WHERE (name = 'status' AND COALESCE(value, '') NOT IN ({{ statuses }}))
    OR (name = 'created' AND value NOT IN ({{ statuses }}))
UNION ALL
SELECT ticket_id, NULL, 'unknown_status', '`' || status || '`'
FROM tickets
WHERE status NOT IN ({{ statuses }})
UNION ALL
SELECT ticket_id, event_id, 'unknown_event', '`' || name || '`'
FROM ticket_stories
WHERE name NOT IN (
    'created', 'customer_message', 'thanks', 'public_reply', 'private_note', 'handed_over',
    'status', 'assigned', 'team', 'merged', 'split', 'priority', 'level', 'policy', 'calendar',
    'channel', 'spam', 'deleted', 'retracted', 'reopened', 'escalated', 'abandoned'
)
UNION ALL
SELECT t.ticket_id, NULL,
    CASE WHEN t.status IN ('deleted', 'spam') THEN 'deleted_without_time'
        WHEN t.status IN ('solved', 'closed') AND k.is_guessed = 0 THEN 'done_without_time'
        ELSE 'status_without_time' END,
    '`' || t.status || '`'
FROM tickets t
JOIN tickets_told k ON k.ticket_id = t.ticket_id
WHERE t.status IN ('pending', 'hold', 'solved', 'closed', 'deleted', 'spam') AND k.has_status = 0
UNION ALL
SELECT ticket_id, NULL,
    CASE WHEN ends_at = 'circle' THEN 'merged_in_a_circle' ELSE 'merged_into_nobody' END,
    '`' || target || '`'
FROM ticket_merges
WHERE ends_at <> 'survivor'
UNION ALL
SELECT t.ticket_id, NULL, 'customer_unknown', '`' || t.customer_id || '`'
FROM tickets t
LEFT JOIN identities i ON i.ref = t.customer_id
WHERE t.customer_id IS NOT NULL AND i.ref IS NULL
    AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = t.customer_id)
