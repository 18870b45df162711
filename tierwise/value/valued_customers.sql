WITH people AS (
    SELECT customer_id, MAX(CASE WHEN person_id <> customer_id THEN 1 ELSE 0 END) AS covers,
        MIN(COALESCE(created_at, 0)) AS known_since
    FROM identities GROUP BY customer_id
),
forecast AS (
    SELECT f.*, v.historic_minor, v.historic_percentile, v.predicted_percentile, v.total_minor,
        v.total_percentile, v.customer_id AS valued_id
    FROM customer_values v
    LEFT JOIN forecasts f ON f.customer_id = v.customer_id
),
everyone AS (
    -- Whoever came later is no customer of that day; no date means always known.
    SELECT customer_id FROM people WHERE known_since < 86400 * ({{ as_of_day }} + 1)
    UNION
    SELECT customer_id FROM order_history
    UNION
    SELECT customer_id FROM app_engagement
    UNION
    SELECT customer_id FROM customer_values
),
watched AS (
    SELECT COUNT(*) AS customers FROM app_engagement
)
SELECT
    c.customer_id,
    p.ltv_percentile,
    h.ltv_minor,
    COALESCE(h.orders, 0) AS orders,
    COALESCE(h.occasions, 0) AS occasions,
    COALESCE(h.refunded_minor, 0) AS refunded_minor,
    {{ ratio("h.ltv_minor", "h.occasions") }} AS average_order_minor,
    {{ whole(as_of_day ~ " - h.last_day") }} AS recency_days,
    {{ whole(as_of_day ~ " - h.first_day") }} AS tenure_days,
    {{ ratio("h.last_day - h.first_day", "h.occasions - 1") }} AS gap_days,
    COALESCE(h.orders_90d, 0) AS orders_90d,
    COALESCE(h.ltv_365d_minor, 0) AS ltv_365d_minor,
    f.historic_minor,
    f.historic_percentile,
    f.predicted_minor,
    f.predicted_percentile,
    f.total_minor,
    f.total_percentile,
    f.predicted_low_80_minor,
    f.predicted_high_80_minor,
    f.predicted_low_95_minor,
    f.predicted_high_95_minor,
    f.expected_orders,
    f.expected_spend_minor,
    f.p_alive,
    f.p_buy,
    f.p_top,
    COALESCE(f.basis, 'none') AS forecast_basis,
    s.rfm_r,
    s.rfm_f,
    s.rfm_m,
    COALESCE(g.name, '{{ prospects }}') AS rfm_group,
    CASE WHEN w.customers > 0 THEN COALESCE(a.active_days_30d, 0) END AS active_days_30d,
    CASE WHEN w.customers > 0
        THEN COALESCE(a.active_days_30d, 0) - COALESCE(a.active_days_before, 0) END
        AS active_days_trend,
    CASE WHEN w.customers > 0 THEN COALESCE(a.breadth_30d, 0) END AS app_breadth_30d,
    CASE WHEN w.customers > 0 THEN COALESCE(a.sessions_30d, 0) END AS app_sessions_30d,
    a.recency_days AS app_recency_days,
    COALESCE(q.covers, 0) = 1 AS is_account
FROM everyone c
CROSS JOIN watched w
LEFT JOIN order_history h ON h.customer_id = c.customer_id
LEFT JOIN ltv_percentiles p ON p.customer_id = c.customer_id
LEFT JOIN forecast f ON f.valued_id = c.customer_id
LEFT JOIN rfm_scores s ON s.customer_id = c.customer_id
LEFT JOIN rfm_groups g ON g.r = s.rfm_r AND g.f = s.rfm_f AND g.m = s.rfm_m
LEFT JOIN app_engagement a ON a.customer_id = c.customer_id
LEFT JOIN people q ON q.customer_id = c.customer_id
