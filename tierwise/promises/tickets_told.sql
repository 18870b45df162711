SELECT
    e.ticket_id,
    MIN(e.happened_at) AS first_s,
    MAX(e.happened_at) AS last_s,
    MIN(CASE WHEN e.name = 'created' THEN e.happened_at END) AS created_s,
    MAX(CASE WHEN e.name = 'created' THEN e.happened_at END) AS created_again_s,
    COUNT(CASE WHEN e.name = 'created' THEN 1 END) AS creations,
    MAX(CASE WHEN e.name <> 'created' THEN e.happened_at END) AS after_s,
    MAX(CASE
        WHEN e.name IN ('status', 'merged', 'deleted', 'spam') THEN 1
        WHEN e.name = 'created' AND e.value IS NOT NULL THEN 1
        ELSE 0
    END) AS has_status,
    MAX(CASE WHEN e.name = 'merged' THEN 1 ELSE 0 END) AS has_merge,
    MAX(CASE WHEN e.name = 'channel' THEN 1 ELSE 0 END) AS tells_channel,
    MAX(CASE WHEN e.name = 'priority' THEN 1 ELSE 0 END) AS tells_priority,
    MAX(CASE WHEN e.name = 'team' THEN 1 ELSE 0 END) AS tells_team,
    MAX(CASE WHEN e.name = 'assigned' THEN 1 ELSE 0 END) AS tells_agent_id
FROM ticket_events e
LEFT JOIN retracted_events r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
WHERE r.event_id IS NULL
GROUP BY e.ticket_id
