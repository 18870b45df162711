WITH opened AS (
    SELECT t.ticket_id, t.created_at AS at_s
    FROM tickets t
    LEFT JOIN tickets_told k ON k.ticket_id = t.ticket_id
    WHERE k.created_s IS NULL
),
lost AS (
    SELECT e.ticket_id, e.event_id, e.happened_at AS at_s, e.name, e.actor, e.value, m.survivor_id
    FROM ticket_merges m
    JOIN ticket_events e ON e.ticket_id = m.ticket_id
    LEFT JOIN retracted_events r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
    WHERE r.event_id IS NULL AND m.survivor_id IS NOT NULL
)
SELECT ticket_id, 'created' AS event_id, at_s, 'created' AS name, 'customer' AS actor,
    NULL AS value
FROM opened
UNION ALL
-- Nobody says when it was done: with the last thing that happened to it.
SELECT t.ticket_id, '~status', k.after_s, 'status', 'agent', t.status
FROM tickets t
JOIN tickets_told k ON k.ticket_id = t.ticket_id
WHERE t.status IN ('solved', 'closed') AND t.merged_into IS NULL AND k.has_status = 0
    AND k.after_s IS NOT NULL
UNION ALL
-- Nobody says when: not before the last thing that happened to it. At that instant it comes first,
-- for the closing that a merge brings resolves nothing.
SELECT m.ticket_id, '0 merged', GREATEST(COALESCE(k.last_s, t.created_at), t.created_at), 'merged',
    'agent', t.merged_into
FROM ticket_merges m
JOIN tickets t ON t.ticket_id = m.ticket_id
LEFT JOIN tickets_told k ON k.ticket_id = m.ticket_id
WHERE COALESCE(k.has_merge, 0) = 0
UNION ALL
-- That a customer opened a ticket that was merged is a message in the other one.
SELECT survivor_id, ticket_id || '/' || event_id, at_s,
    CASE WHEN name = 'created' THEN 'customer_message' ELSE name END, actor, value
FROM lost
WHERE name IN ('customer_message', 'thanks', 'public_reply')
    OR (name = 'created' AND actor = 'customer')
UNION ALL
SELECT m.survivor_id, o.ticket_id || '/created', o.at_s, 'customer_message', 'customer', NULL
FROM ticket_merges m
JOIN opened o ON o.ticket_id = m.ticket_id
WHERE m.survivor_id IS NOT NULL
