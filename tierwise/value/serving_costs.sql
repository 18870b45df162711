WITH named AS (
    -- A cost may be taken back by a negative one; both are converted alike.
    SELECT
        COALESCE(c.customer_id, t.customer_id) AS ref,
        c.currency,
        c.day,
        ABS(c.amount_minor) AS amount,
        CASE WHEN c.amount_minor < 0 THEN -1 ELSE 1 END AS sign
    FROM costs c
    LEFT JOIN tickets t ON t.ticket_id = c.ticket_id
    WHERE c.day <= {{ as_of_day }}
),
counted AS (
    SELECT
        COALESCE(i.customer_id, n.ref) AS customer_id,
        n.sign * ({{ converted("n.amount") }}) AS cost
    FROM named n
    JOIN daily_rates r ON r.currency = n.currency AND r.day = n.day
    LEFT JOIN identities i ON i.ref = n.ref
    WHERE n.ref IS NOT NULL
)
SELECT customer_id, {{ whole("SUM(cost)") }} AS cost_minor, COUNT(*) AS costs
FROM counted
GROUP BY customer_id
