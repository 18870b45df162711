{%- set month = "happened_day > " ~ (as_of_day - 30) -%}
{%- set month_before = "happened_day > " ~ (as_of_day - 60) ~ " AND happened_day <= "
                       ~ (as_of_day - 30) -%}
WITH uses AS (
    -- What is older than the windows is known by its last day alone.
    SELECT DISTINCT COALESCE(i.customer_id, e.customer_id) AS customer_id, e.happened_day,
        CASE WHEN {{ month }} THEN e.name END AS name,
        CASE WHEN {{ month }} THEN e.session_id END AS session_id
    FROM app_events e
    LEFT JOIN identities i ON i.ref = e.customer_id
    WHERE e.happened_day <= {{ as_of_day }}
)
SELECT
    customer_id,
    COUNT(DISTINCT CASE WHEN {{ month }} THEN happened_day END) AS active_days_30d,
    COUNT(DISTINCT CASE WHEN {{ month_before }} THEN happened_day END) AS active_days_before,
    COUNT(DISTINCT name) AS breadth_30d,
    COUNT(DISTINCT session_id)
        + COUNT(DISTINCT CASE WHEN {{ month }} AND session_id IS NULL THEN happened_day END)
        AS sessions_30d,
    {{ whole(as_of_day ~ " - MAX(happened_day)") }} AS recency_days
FROM uses
GROUP BY customer_id
