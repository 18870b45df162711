WITH later AS (
    SELECT h.customer_id, MIN(o.placed_day) - h.first_day AS gap_days
    FROM orders o
    LEFT JOIN identities i ON i.ref = o.customer_id
    JOIN order_history h ON h.customer_id = COALESCE(i.customer_id, o.customer_id)
    WHERE o.kind = 'purchase' AND o.state = 'paid' AND h.occasions > 1
        AND o.placed_day > h.first_day AND o.placed_day <= {{ as_of_day }}
    GROUP BY h.customer_id, h.first_day
),
gaps AS (
    SELECT gap_days, COUNT(*) AS customers FROM later GROUP BY gap_days
),
gaps_upto AS (
    SELECT gap_days, SUM(customers) OVER (ORDER BY gap_days) AS upto,
        SUM(customers) OVER () AS everyone
    FROM gaps
),
second_orders AS (
    SELECT COALESCE(MAX(everyone), 0) AS customers,
        MIN(CASE WHEN 10 * upto >= 8 * everyone THEN gap_days END) AS most_within,
        MIN(CASE WHEN 2 * upto >= everyone THEN gap_days END) AS half_within
    FROM gaps_upto
),
tenures AS (
    SELECT {{ as_of_day }} - first_day AS tenure_days, COUNT(*) AS customers
    FROM order_history WHERE occasions > 0 GROUP BY first_day
),
tenures_upto AS (
    SELECT tenure_days, SUM(customers) OVER (ORDER BY tenure_days) AS upto,
        SUM(customers) OVER () AS everyone
    FROM tenures
),
tenure AS (
    SELECT COALESCE(MIN(tenure_days), 0) AS half_within
    FROM tenures_upto WHERE 2 * upto >= everyone
)
SELECT
    {{ whole("s.customers") }} AS second_orders,
    {{ whole("CASE WHEN s.customers >= 100 THEN s.most_within ELSE 90 END") }} AS novice_days,
    {{ whole("s.half_within") }} AS median_gap_days,
    {{ whole("t.half_within") }} AS median_tenure_days
FROM second_orders s CROSS JOIN tenure t
