-- What changes after a ticket is over changes nothing for it.
WITH ends AS (
    SELECT ticket_id, last_s FROM tickets_told
    UNION ALL
    SELECT ticket_id, at_s FROM ticket_additions
),
over AS (
    SELECT e.ticket_id, MAX(e.last_s) AS last_s
    FROM ends e
    JOIN tickets t ON t.ticket_id = e.ticket_id
    WHERE t.status IN ('solved', 'closed', 'deleted')
    GROUP BY e.ticket_id
)
SELECT s.ticket_id, s.event_id, s.at_s, s.name, s.actor, s.value
FROM ticket_stories s
JOIN tickets_asked a ON a.ticket_id = s.ticket_id
WHERE s.at_s <= {{ as_of_s }}
UNION ALL
SELECT a.ticket_id, 'level from ' || l.from_s, l.from_s, 'level', 'automation',
    COALESCE(l.level, '{{ floor }}')
FROM tickets_asked a
JOIN level_spans l ON l.customer_id = a.customer_id AND l.from_s > a.created_s
LEFT JOIN over o ON o.ticket_id = a.ticket_id
WHERE l.from_s <= COALESCE(o.last_s, {{ as_of_s }})
UNION ALL
SELECT a.ticket_id, 'policy from ' || p.from_s, p.from_s, 'policy', 'automation', p.policy
FROM tickets_asked a
JOIN policy_spans p ON p.from_s > a.created_s
LEFT JOIN over o ON o.ticket_id = a.ticket_id
WHERE p.from_s <= COALESCE(o.last_s, {{ as_of_s }})
