WITH found AS (
    SELECT
        c.currency,
        CASE
            -- What was spent on a team is nobody's in particular, and money all the same.
            WHEN COALESCE(c.customer_id, t.customer_id, c.team) IS NULL THEN 'no_customer'
            WHEN r.numerator IS NULL THEN 'no_rate'
        END AS reason
    FROM costs c
    LEFT JOIN tickets t ON t.ticket_id = c.ticket_id
    LEFT JOIN daily_rates r ON r.currency = c.currency AND r.day = c.day
    WHERE c.day <= {{ as_of_day }}
)
SELECT reason, currency, COUNT(*) AS costs
FROM found
WHERE reason IS NOT NULL
GROUP BY reason, currency
