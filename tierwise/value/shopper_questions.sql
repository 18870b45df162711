SELECT
    t.ticket_id,
    COALESCE(i.customer_id, t.customer_id) AS customer_id,
    t.created_at AS asked_at,
    k.topic
FROM tickets t
JOIN ticket_topics k ON k.category = REPLACE(REPLACE(LOWER(t.category), ' ', '_'), '-', '_')
LEFT JOIN identities i ON i.ref = t.customer_id
WHERE t.customer_id IS NOT NULL AND t.order_id IS NULL AND t.status <> 'deleted'
    AND k.topic IN ('product', 'seller')
    AND t.created_at < 86400 * ({{ as_of_day }} + 1)
    AND t.created_at >= 86400 * ({{ as_of_day }} - 364)
