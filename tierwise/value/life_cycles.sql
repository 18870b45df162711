SELECT
    s.customer_id,
    CASE
        WHEN s.occasions = 0 THEN 'prospect'
        WHEN s.occasions = 1 AND s.tenure_days <= b.novice_days THEN 'novice'
        WHEN s.occasions >= 3 AND s.rfm_r >= 3 AND s.rfm_f >= 4
            AND s.tenure_days > b.median_tenure_days
            AND (f.p_alive >= 0.7 OR (f.p_alive IS NULL AND s.rfm_r >= 4)) THEN 'loyal'
        WHEN s.occasions = 1 OR f.p_alive < 0.5 OR (f.p_alive IS NULL AND s.rfm_r <= 2)
            THEN 'lapsing'
        ELSE 'regular'
    END AS life_cycle,
    s.occasions,
    s.tenure_days,
    s.recency_days,
    f.p_alive,
    b.novice_days,
    b.median_tenure_days
FROM standings s
CROSS JOIN life_cycle_borders b
LEFT JOIN forecasts f ON f.customer_id = s.customer_id
