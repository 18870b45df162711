WITH days AS (
    SELECT DISTINCT COALESCE(i.customer_id, e.customer_id) AS customer_id, e.happened_day
    FROM app_events e
    LEFT JOIN identities i ON i.ref = e.customer_id
    WHERE e.happened_day <= {{ as_of_day }}
)
SELECT
    customer_id,
    {{ whole("SUM(CASE WHEN happened_day > " ~ (as_of_day - 30) ~ " THEN 1 ELSE 0 END)") }}
        AS active_days_30d,
    {{ whole("SUM(CASE WHEN happened_day > " ~ (as_of_day - 60) ~ " AND happened_day <= "
             ~ (as_of_day - 30) ~ " THEN 1 ELSE 0 END)") }} AS active_days_before
FROM days
GROUP BY customer_id
