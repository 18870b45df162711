{#- The chance of more than each quantile, from none of them on. -#}
{%- set levels = above_quantiles.split() -%}
{#- Money is v + what was paid so far, times a multiple; Gamma-Gamma, equation (5) of its note. -#}
{%- set scale = "(t.v + GREATEST(h.ltv_minor, 0))" -%}
{%- set kept = "t.margin * t.worth * s.discounted_orders / NULLIF(s.expected_orders, 0)" -%}
{%- set cost = "COALESCE(k.payments, 0) * COALESCE(c.cost_per_occasion_minor, 0)" -%}
{%- macro rounded(amount) -%}{{ whole("ROUND(" ~ amount ~ ")") }}{%- endmacro -%}
{%- macro bound(name) -%}
{{ rounded("COALESCE(w.kept * w.scale * w." ~ name ~ ", 0) - w.serving") }}
{%- endmacro -%}
{#- The chance of more than the border, between quantile `low` and `high`: halved until they are
    neighbours, between which money is taken to be spread evenly. -#}
{%- macro above(low, high) -%}
{%- set begins = "m.q_%d" % low if low else "0.0" -%}
{%- if high - low == 1 -%}
{{ levels[low] }} + ({{ levels[high] }} - {{ levels[low] }})
    * (w.border - {{ begins }}) / (m.q_{{ high }} - {{ begins }})
{%- else -%}
{%- set middle = (low + high) // 2 -%}
CASE WHEN w.border < m.q_{{ middle }} THEN {{ above(low, middle) }}
    ELSE {{ above(middle, high) }} END
{%- endif -%}
{%- endmacro -%}
WITH worked_out AS (
    SELECT
        h.customer_id, s.x, s.age, t.basis, s.p_alive, s.expected_orders, s.discounted_orders, s.p_buy,
        s.low_80, s.high_80, s.low_95, s.high_95,
        t.margin, {{ scale }} AS scale, {{ kept }} AS kept,
        t.worth * t.p * {{ scale }} / (t.p * h.occasions + t.q - 1) AS spend,
        s.expected_orders * COALESCE(c.cost_per_occasion_minor, 0) AS serving,
        t.border_minor / NULLIF(t.worth * {{ scale }}, 0) AS border
    FROM order_history h
    CROSS JOIN forecast_terms t
    JOIN purchase_scores s
        ON s.x = h.occasions - 1 AND s.t_x = h.last_day - h.first_day
        AND s.age = {{ as_of_day }} - h.first_day
    LEFT JOIN subscription_forecasts k ON k.customer_id = h.customer_id
    LEFT JOIN cost_rates c ON c.customer_id = h.customer_id
    WHERE h.occasions > 0 AND k.customer_id IS NULL
)
SELECT
    w.customer_id,
    w.basis,
    w.p_alive,
    w.p_buy,
    w.expected_orders,
    w.spend AS expected_spend_minor,
    {{ rounded("w.margin * w.discounted_orders * w.spend - w.serving") }} AS predicted_minor,
    {{ bound("low_80") }} AS predicted_low_80_minor,
    {{ bound("high_80") }} AS predicted_high_80_minor,
    {{ bound("low_95") }} AS predicted_low_95_minor,
    {{ bound("high_95") }} AS predicted_high_95_minor,
    CASE WHEN w.border IS NULL THEN 0.0 WHEN w.border = 0 THEN w.p_buy
        WHEN w.border >= m.q_{{ levels | length - 1 }} THEN 0.0
        ELSE w.p_buy * ({{ above(0, levels | length - 1) }}) END AS p_top
FROM worked_out w
CROSS JOIN forecast_terms t
JOIN money_quantiles m ON m.x = w.x AND m.age = w.age
UNION ALL
SELECT
    k.customer_id,
    'contract' AS basis,
    k.p_alive,
    COALESCE(k.p_alive, 0) AS p_buy,
    COALESCE(k.payments, 0) AS expected_orders,
    COALESCE({{ ratio("k.predicted_minor", "k.expected_payments") }}, 0) AS expected_spend_minor,
    {{ rounded("t.margin * COALESCE(k.predicted_minor, 0) - " ~ cost) }} AS predicted_minor,
    {{ rounded("t.margin * COALESCE(k.low_80_minor, 0) - " ~ cost) }} AS predicted_low_80_minor,
    {{ rounded("t.margin * COALESCE(k.high_80_minor, 0) - " ~ cost) }} AS predicted_high_80_minor,
    {{ rounded("t.margin * COALESCE(k.low_95_minor, 0) - " ~ cost) }} AS predicted_low_95_minor,
    {{ rounded("t.margin * COALESCE(k.high_95_minor, 0) - " ~ cost) }} AS predicted_high_95_minor,
    -- Within the bounds of 95 % money is taken to be spread evenly.
    CASE WHEN COALESCE(k.high_95_minor, 0) = 0 THEN 0.0
        WHEN k.low_95_minor >= t.border_minor THEN 1.0
        ELSE LEAST(1.0, GREATEST(0.0, COALESCE({{ ratio(
            "k.high_95_minor - t.border_minor",
            "k.high_95_minor - k.low_95_minor") }}, 0.0))) END AS p_top
FROM subscription_forecasts k
CROSS JOIN forecast_terms t
LEFT JOIN cost_rates c ON c.customer_id = k.customer_id
