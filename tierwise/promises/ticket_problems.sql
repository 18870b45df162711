{%- set statuses = "'new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted', 'spam'" -%}
WITH creations AS (
    SELECT t.ticket_id, t.status, k.first_s, COALESCE(k.created_s, t.created_at) AS created_s,
        k.created_again_s - k.created_s AS apart_s, COALESCE(k.creations, 1) AS creations,
        COALESCE(k.has_status, 0) AS has_status, k.after_s
    FROM tickets t
    LEFT JOIN tickets_told k ON k.ticket_id = t.ticket_id
),
odd AS (
    SELECT e.ticket_id, e.event_id, e.name, e.value
    FROM ticket_events e
    WHERE (e.name = 'status' AND COALESCE(e.value, '') NOT IN ({{ statuses }}))
        OR (e.name = 'created' AND e.value NOT IN ({{ statuses }}))
        OR e.name NOT IN (
            'created', 'customer_message', 'thanks', 'public_reply', 'private_note', 'handed_over',
            'status', 'assigned', 'team', 'merged', 'split', 'priority', 'level', 'policy',
            'calendar', 'channel', 'spam', 'deleted', 'retracted', 'reopened', 'escalated',
            'abandoned'
        )
),
strangers AS (
    SELECT k.ticket_id FROM tickets_told k
    LEFT JOIN tickets t ON t.ticket_id = k.ticket_id
    WHERE t.ticket_id IS NULL
)
SELECT e.ticket_id, e.event_id, 'event_without_ticket' AS kind, '`' || e.name || '`' AS found
FROM strangers s
JOIN ticket_events e ON e.ticket_id = s.ticket_id
UNION ALL
SELECT e.ticket_id, e.event_id, 'before_creation',
    '`' || e.name || '` ' || (c.created_s - e.happened_at) || ' s before'
FROM creations c
JOIN ticket_events e ON e.ticket_id = c.ticket_id
LEFT JOIN retracted_events r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
WHERE c.first_s < c.created_s AND e.happened_at < c.created_s AND r.event_id IS NULL
UNION ALL
SELECT ticket_id, NULL, CASE WHEN apart_s > 0 THEN 'two_creations' ELSE 'created_again' END,
    creations || ' within ' || apart_s || ' s'
FROM creations
WHERE creations > 1
UNION ALL
SELECT o.ticket_id, o.event_id,
    CASE WHEN o.name IN ('status', 'created') THEN 'unknown_status' ELSE 'unknown_event' END,
    CASE
        WHEN o.name NOT IN ('status', 'created') THEN '`' || o.name || '`'
        ELSE COALESCE('`' || o.value || '`', 'nothing')
    END
FROM odd o
JOIN tickets t ON t.ticket_id = o.ticket_id
LEFT JOIN retracted_events r ON r.ticket_id = o.ticket_id AND r.event_id = o.event_id
WHERE r.event_id IS NULL
UNION ALL
SELECT ticket_id, NULL, 'unknown_status', '`' || status || '`'
FROM tickets
WHERE status NOT IN ({{ statuses }})
UNION ALL
SELECT c.ticket_id, NULL,
    CASE
        WHEN c.status IN ('deleted', 'spam') THEN 'deleted_without_time'
        WHEN c.status IN ('solved', 'closed') AND c.after_s IS NULL THEN 'done_without_time'
        ELSE 'status_without_time'
    END,
    '`' || c.status || '`'
FROM creations c
LEFT JOIN ticket_merges m ON m.ticket_id = c.ticket_id
WHERE c.status IN ('pending', 'hold', 'solved', 'closed', 'deleted', 'spam') AND c.has_status = 0
    AND m.ticket_id IS NULL
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
