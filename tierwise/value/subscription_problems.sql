WITH known AS (
    SELECT
        s.currency,
        CASE
            WHEN s.ended_day < s.started_day THEN 'ends_before_start'
            WHEN s.ended_day <= {{ as_of_day }} THEN NULL
            WHEN r.numerator IS NULL THEN 'no_rate'
        END AS reason
    FROM subscriptions s
    LEFT JOIN daily_rates r ON r.currency = s.currency AND r.day = {{ as_of_day }}
    WHERE s.started_day <= {{ as_of_day }}
)
SELECT reason, currency, COUNT(*) AS subscriptions
FROM known
WHERE reason IS NOT NULL
GROUP BY reason, currency
