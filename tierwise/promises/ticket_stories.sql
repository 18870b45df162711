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
opened AS (
    SELECT t.ticket_id, t.created_at AS at_s
    FROM tickets t
    WHERE NOT EXISTS (SELECT 1 FROM created c WHERE c.ticket_id = t.ticket_id)
),
standing AS (
    SELECT DISTINCT ticket_id FROM ticket_events
    WHERE name IN ('status', 'merged', 'deleted', 'spam')
        OR (name = 'created' AND value IS NOT NULL)
),
ended AS (
    SELECT t.ticket_id, t.status, MAX(e.happened_at) AS last_s
    FROM tickets t
    JOIN ticket_events e ON e.ticket_id = t.ticket_id
    WHERE t.status IN ('solved', 'closed') AND t.merged_into IS NULL AND e.name <> 'created'
        AND NOT EXISTS (SELECT 1 FROM standing s WHERE s.ticket_id = t.ticket_id)
    GROUP BY t.ticket_id, t.status
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
SELECT ticket_id, 'created', at_s, 'created', 'customer', NULL
FROM opened
UNION ALL
-- Nobody says when it was done: with the last thing that happened to it.
SELECT ticket_id, '~status', last_s, 'status', 'agent', status
FROM ended
UNION ALL
-- Nobody says when: not before the last thing that happened to it. At that instant it comes first,
-- for the closing that a merge brings resolves nothing.
SELECT m.ticket_id, '0 merged', GREATEST(COALESCE(m.last_s, t.created_at), t.created_at), 'merged',
    'agent', t.merged_into
FROM merged m
JOIN tickets t ON t.ticket_id = m.ticket_id
WHERE m.is_told = 0
UNION ALL
-- That a customer opened a ticket that was merged is a message in the other one.
SELECT survivor_id, ticket_id || '/' || event_id, at_s,
    CASE WHEN name = 'created' THEN 'customer_message' ELSE name END, actor, value
FROM lost
WHERE survivor_id IS NOT NULL AND (
    name IN ('customer_message', 'thanks', 'public_reply')
    OR (name = 'created' AND actor = 'customer')
)
UNION ALL
SELECT m.survivor_id, o.ticket_id || '/created', o.at_s, 'customer_message', 'customer', NULL
FROM ticket_merges m
JOIN opened o ON o.ticket_id = m.ticket_id
WHERE m.survivor_id IS NOT NULL
