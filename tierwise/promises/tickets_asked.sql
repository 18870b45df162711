SELECT
    g.ticket_id,
    g.customer_id,
    COALESCE(s.level, '{{ floor }}') AS level,
    CASE WHEN s.level IS NULL THEN 1 ELSE 0 END AS is_floor,
    p.policy,
    g.channel,
    g.priority,
    g.team,
    g.agent_id,
    t.created_at AS created_s
FROM tickets_given g
JOIN tickets t ON t.ticket_id = g.ticket_id
LEFT JOIN level_spans s
    ON s.customer_id = g.customer_id AND s.from_s <= t.created_at AND t.created_at < s.until_s
JOIN policy_spans p ON p.from_s <= t.created_at AND t.created_at < p.until_s
WHERE NOT EXISTS (
    SELECT 1 FROM ticket_problems x
    WHERE x.ticket_id = g.ticket_id AND x.kind IN ({{ harmful }})
)
