{#- Half for every `half_life` days, in between along straight lines: whole numbers on every engine. -#}
{%- set age = "(" ~ as_of_day ~ " - o.placed_day)" -%}
{%- set twice = 2 * half_life -%}
{%- set recency -%}
{{ floor_div("1024 * (" ~ twice ~ " - " ~ age ~ " % " ~ half_life ~ ")",
             twice ~ " * " ~ whole("POWER(2, " ~ floor_div(age, half_life) ~ ")")) }}
{%- endset -%}
WITH counted AS (
    SELECT
        COALESCE(i.customer_id, o.customer_id) AS customer_id,
        o.placed_day,
        o.bought_day,
        o.gross_minor AS gross,
        o.refunded_minor AS refunded,
        CASE WHEN o.placed_day > {{ as_of_day - 10 * half_life }} THEN
            LEAST(GREATEST(o.gross_minor - o.refunded_minor, -c.cap_minor), c.cap_minor)
            * {{ recency }} ELSE 0 END AS recent
    FROM paid_orders o
    CROSS JOIN order_cap c
    LEFT JOIN identities i ON i.ref = o.customer_id
)
-- Same-day orders are one occasion; a day with only refunds is none.
SELECT
    customer_id,
    COUNT(bought_day) AS orders,
    {{ count_days("bought_day") }} AS occasions,
    MIN(bought_day) AS first_day,
    MAX(bought_day) AS last_day,
    {{ whole("SUM(gross)") }} AS gross_minor,
    {{ whole("SUM(refunded)") }} AS refunded_minor,
    {{ whole("SUM(gross)") }} - {{ whole("SUM(refunded)") }} AS ltv_minor,
    COUNT(CASE WHEN bought_day > {{ as_of_day - 90 }} THEN 1 END) AS orders_90d,
    {{ whole("SUM(CASE WHEN placed_day > " ~ (as_of_day - 365)
             ~ " THEN gross - refunded ELSE 0 END)") }} AS ltv_365d_minor,
    {{ floor_div(whole("SUM(recent)"), "1024") }} AS recent_minor
FROM counted
WHERE {{ in_part("customer_id") }}
GROUP BY customer_id
