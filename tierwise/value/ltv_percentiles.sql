WITH amounts AS (
    SELECT ltv_minor, COUNT(*) AS customers FROM order_history GROUP BY ltv_minor
),
places AS (
    SELECT
        ltv_minor,
        SUM(customers) OVER (ORDER BY ltv_minor DESC) - customers AS above,
        SUM(customers) OVER () AS everyone
    FROM amounts
)
SELECT
    h.customer_id,
    100.0 * (1.0 - {{ ratio("p.above + 0.001", "p.everyone") }}) AS ltv_percentile
FROM order_history h
JOIN places p ON p.ltv_minor = h.ltv_minor
