SELECT e.ticket_id, e.event_id, e.happened_at AS at_s, e.name, e.actor, e.value
FROM ticket_events e
JOIN tickets t ON t.ticket_id = e.ticket_id
LEFT JOIN retracted_events r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
WHERE r.event_id IS NULL
UNION ALL
SELECT ticket_id, event_id, at_s, name, actor, value
FROM ticket_additions
