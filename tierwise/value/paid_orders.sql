SELECT
    o.order_id,
    o.customer_id,
    o.placed_day,
    CASE WHEN o.kind = 'purchase' THEN o.placed_day END AS bought_day,
    {{ converted("o.total_minor") }} AS gross_minor,
    {{ converted("o.refunded_minor") }} AS refunded_minor
FROM orders o
JOIN daily_rates r ON r.currency = o.currency AND r.day = o.placed_day
WHERE o.state = 'paid' AND o.customer_id IS NOT NULL AND o.placed_day <= {{ as_of_day }}
