SELECT DISTINCT ticket_id, value AS event_id
FROM ticket_events
WHERE name = 'retracted' AND value IS NOT NULL
