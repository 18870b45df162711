{%- macro converted(amount) -%}
{{ floor_div("2 * " ~ amount ~ " * r.numerator + r.denominator", "2 * r.denominator") }}
{%- endmacro -%}
WITH counted AS (
    SELECT
        COALESCE(i.customer_id, o.customer_id) AS customer_id,
        o.placed_day,
        CASE WHEN o.kind = 'purchase' THEN 1 ELSE 0 END AS bought,
        {{ converted("o.total_minor") }} AS gross,
        {{ converted("o.refunded_minor") }} AS refunded
    FROM orders o
    JOIN daily_rates r ON r.currency = o.currency AND r.day = o.placed_day
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.state = 'paid' AND o.customer_id IS NOT NULL AND o.placed_day <= {{ as_of_day }}
),
-- Same-day orders are one occasion; a day with only refunds is none.
days AS (
    SELECT customer_id, placed_day, {{ whole("SUM(bought)") }} AS bought,
        {{ whole("SUM(gross)") }} AS gross, {{ whole("SUM(refunded)") }} AS refunded
    FROM counted GROUP BY customer_id, placed_day
)
SELECT
    customer_id,
    {{ whole("SUM(bought)") }} AS orders,
    {{ whole("SUM(CASE WHEN bought > 0 THEN 1 ELSE 0 END)") }} AS occasions,
    MIN(CASE WHEN bought > 0 THEN placed_day END) AS first_day,
    MAX(CASE WHEN bought > 0 THEN placed_day END) AS last_day,
    {{ whole("SUM(gross)") }} AS gross_minor,
    {{ whole("SUM(refunded)") }} AS refunded_minor,
    {{ whole("SUM(gross - refunded)") }} AS ltv_minor,
    {{ whole("SUM(CASE WHEN placed_day > " ~ (as_of_day - 90) ~ " THEN bought ELSE 0 END)") }}
        AS orders_90d,
    {{ whole("SUM(CASE WHEN placed_day > " ~ (as_of_day - 365)
             ~ " THEN gross - refunded ELSE 0 END)") }} AS ltv_365d_minor
FROM days
GROUP BY customer_id
