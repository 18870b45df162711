SELECT
    h.customer_id,
    h.ltv_minor AS historic,
    v.standing_minor AS predicted,
    v.total_minor AS total,
    v.predicted_minor AS forecast,
    r.rfm_r + r.rfm_f + r.rfm_m AS rfm_sum,
    h.occasions AS frequency,
    COALESCE(h.last_day, h.first_day, 0) AS recency,
    h.occasions AS occasions_then,
    COALESCE(f.expected_orders, 0) AS expected_orders,
    COALESCE(f.predicted_low_80_minor, 0) AS low_80,
    COALESCE(f.predicted_high_80_minor, 0) AS high_80,
    COALESCE(f.predicted_low_95_minor, 0) AS low_95,
    COALESCE(f.predicted_high_95_minor, 0) AS high_95,
    COALESCE(f.p_buy, 0) AS p_buy
FROM order_history h
JOIN customer_values v ON v.customer_id = h.customer_id
LEFT JOIN forecasts f ON f.customer_id = h.customer_id
LEFT JOIN rfm_scores r ON r.customer_id = h.customer_id
