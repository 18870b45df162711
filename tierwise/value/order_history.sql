{#- amount * numerator / denominator, rounded half up. Taken apart, no step is larger than the
    answer or twice the denominator squared, so 64 bits do. No amount is negative: readers refuse
    such rows. Most rows are in the policy's own currency and are not divided at all. -#}
{%- macro converted(amount) -%}
CASE WHEN r.denominator = 1 THEN {{ amount }} * r.numerator
    ELSE {{ amount }} * {{ floor_div("r.numerator", "r.denominator") }}
        + {{ floor_div(amount, "r.denominator") }} * (r.numerator % r.denominator)
        + {{ floor_div("2 * (" ~ amount ~ " % r.denominator) * (r.numerator % r.denominator)"
                       ~ " + r.denominator", "2 * r.denominator") }}
    END
{%- endmacro -%}
WITH counted AS (
    SELECT
        COALESCE(i.customer_id, o.customer_id) AS customer_id,
        o.placed_day,
        CASE WHEN o.kind = 'purchase' THEN o.placed_day END AS bought_day,
        {{ converted("o.total_minor") }} AS gross,
        {{ converted("o.refunded_minor") }} AS refunded
    FROM orders o
    JOIN daily_rates r ON r.currency = o.currency AND r.day = o.placed_day
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.state = 'paid' AND o.customer_id IS NOT NULL AND o.placed_day <= {{ as_of_day }}
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
             ~ " THEN gross - refunded ELSE 0 END)") }} AS ltv_365d_minor
FROM counted
WHERE {{ in_part("customer_id") }}
GROUP BY customer_id
