WITH retracted AS (
    SELECT DISTINCT ticket_id, value AS event_id FROM ticket_events
    WHERE name = 'retracted' AND value IS NOT NULL
),
created AS (
    SELECT DISTINCT e.ticket_id
    FROM ticket_events e
    LEFT JOIN retracted r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
    WHERE e.name = 'created' AND r.event_id IS NULL
),
lost AS (
    SELECT e.ticket_id, e.event_id, e.happened_at AS at_s, e.name, e.actor, e.value, m.survivor_id
    FROM ticket_events e
    JOIN ticket_merges m ON m.ticket_id = e.ticket_id
    LEFT JOIN retracted r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
    WHERE r.event_id IS NULL
),
merged AS (
    SELECT m.ticket_id, MAX(l.at_s) AS last_s,
        MAX(CASE WHEN l.name = 'merged' THEN 1 ELSE 0 END) AS is_told
    FROM ticket_merges m
    LEFT JOIN lost l ON l.ticket_id = m.ticket_id
    GROUP BY m.ticket_id
)
SELECT e.ticket_id, e.event_id, e.happened_at AS at_s, e.name, e.actor, e.value
FROM ticket_events e
JOIN tickets t ON t.ticket_id = e.ticket_id
LEFT JOIN retracted r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
WHERE r.event_id IS NULL
UNION ALL
SELECT t.ticket_id, 'created', t.created_at, 'created', 'customer', NULL
FROM tickets t
WHERE NOT EXISTS (SELECT 1 FROM created c WHERE c.ticket_id = t.ticket_id)
UNION ALL
-- Nobody says when: not before the last thing that happened to it. At that instant it comes first,
-- for the closing that a merge brings resolves nothing.
SELECT m.ticket_id, '0 merged', GREATEST(COALESCE(m.last_s, t.created_at), t.created_at), 'merged',
    'agent', t.merged_into
FROM merged m
JOIN tickets t ON t.ticket_id = m.ticket_id
WHERE m.is_told = 0
UNION ALL
SELECT survivor_id, ticket_id || '/' || event_id, at_s, name, actor, value
FROM lost
WHERE survivor_id IS NOT NULL AND name IN ('customer_message', 'thanks', 'public_reply')
