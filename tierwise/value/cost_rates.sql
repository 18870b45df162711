WITH subscribers AS (
    -- Every decision but the one that ended it was paid, and so was the first term.
    SELECT customer_id, {{ whole("SUM(1 + renewals - ended)") }} AS payments
    FROM subscription_states
    GROUP BY customer_id
),
served AS (
    SELECT
        COALESCE(h.customer_id, p.customer_id) AS customer_id,
        GREATEST(COALESCE(h.occasions, 0), COALESCE(p.payments, 0)) AS occasions
    FROM order_history h
    FULL JOIN subscribers p ON p.customer_id = h.customer_id
),
known AS (
    SELECT COUNT(*) AS costs FROM serving_costs
),
buyers AS (
    SELECT s.customer_id, s.occasions, COALESCE(c.cost_minor, 0) AS cost_minor
    FROM served s
    CROSS JOIN known k
    LEFT JOIN serving_costs c ON c.customer_id = s.customer_id
    WHERE s.occasions > 0 AND k.costs > 0
),
shop AS (
    SELECT COALESCE({{ ratio("SUM(cost_minor)", "SUM(occasions)") }}, 0) AS cost_per_occasion
    FROM buyers
)
SELECT
    b.customer_id,
    {{ ratio("b.cost_minor + " ~ credible_occasions ~ " * s.cost_per_occasion",
             "b.occasions + " ~ credible_occasions) }} AS cost_per_occasion_minor
FROM buyers b
CROSS JOIN shop s
