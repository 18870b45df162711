{%- set statuses = "'new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted', 'spam'" -%}
WITH creations AS (
    SELECT ticket_id, MIN(at_s) AS created_s, MAX(at_s) AS last_s, COUNT(*) AS told
    FROM ticket_stories
    WHERE name = 'created'
    GROUP BY ticket_id
),
early AS (
    SELECT s.ticket_id, s.event_id, s.name, c.created_s - s.at_s AS early_s
    FROM ticket_stories s
    JOIN creations c ON c.ticket_id = s.ticket_id
    WHERE s.at_s < c.created_s
),
-- Tickets of which the events say how they stand.
told AS (
    SELECT DISTINCT ticket_id FROM ticket_stories
    WHERE name IN ('status', 'merged', 'deleted', 'spam')
        OR (name = 'created' AND value IS NOT NULL)
)
SELECT e.ticket_id, e.event_id, 'event_without_ticket' AS kind, '`' || e.name || '`' AS found
FROM ticket_events e
WHERE NOT EXISTS (SELECT 1 FROM tickets t WHERE t.ticket_id = e.ticket_id)
UNION ALL
-- Messages of a merged ticket may be older than the one they came to.
SELECT e.ticket_id, e.event_id, 'before_creation', '`' || e.name || '` ' || e.early_s || ' s before'
FROM early e
JOIN ticket_events o ON o.ticket_id = e.ticket_id AND o.event_id = e.event_id
UNION ALL
SELECT ticket_id, NULL, CASE WHEN last_s > created_s THEN 'two_creations' ELSE 'created_again' END,
    told || ' within ' || (last_s - created_s) || ' s'
FROM creations
WHERE told > 1
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
    'channel', 'spam', 'deleted', 'retracted'
)
UNION ALL
SELECT t.ticket_id, NULL,
    CASE WHEN t.status IN ('deleted', 'spam') THEN 'deleted_without_time'
        ELSE 'status_without_time' END,
    '`' || t.status || '`'
FROM tickets t
WHERE t.status IN ('pending', 'hold', 'solved', 'closed', 'deleted', 'spam')
    AND NOT EXISTS (SELECT 1 FROM told d WHERE d.ticket_id = t.ticket_id)
UNION ALL
SELECT ticket_id, NULL,
    CASE WHEN ends_at = 'circle' THEN 'merged_in_a_circle' ELSE 'merged_into_nobody' END,
    '`' || target || '`'
FROM ticket_merges
WHERE ends_at <> 'survivor'
UNION ALL
SELECT t.ticket_id, NULL, 'customer_unknown', '`' || t.customer_id || '`'
FROM tickets t
WHERE t.customer_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.ref = t.customer_id)
