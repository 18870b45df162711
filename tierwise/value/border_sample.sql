{%- set levels = above_quantiles.split() -%}
SELECT
    t.worth * (t.v + GREATEST(h.ltv_minor, 0)) AS scale,
    s.p_buy,
    {%- for k in range(1, levels | length) %}
    m.q_{{ k }}{{ "," if not loop.last }}
    {%- endfor %}
FROM order_history h
CROSS JOIN forecast_terms t
JOIN purchase_scores s
    ON s.x = h.occasions - 1 AND s.t_x = h.last_day - h.first_day
    AND s.age = {{ as_of_day }} - h.first_day
JOIN money_quantiles m ON m.x = s.x AND m.age = s.age
LEFT JOIN subscription_forecasts k ON k.customer_id = h.customer_id
WHERE h.occasions > 0 AND k.customer_id IS NULL
    AND {{ draw("border", "h.customer_id") }} < {{ drawn }}
UNION ALL
-- Contracts: within the bounds of 95 % money is taken to be spread evenly, as in forecasts.
SELECT
    1.0 AS scale,
    CASE WHEN k.high_95_minor > 0 THEN 1.0 ELSE 0.0 END AS p_buy,
    {%- for k in range(1, levels | length) %}
    GREATEST(1e-6, COALESCE(
        k.low_95_minor + (1.0 - {{ levels[k] }}) * (k.high_95_minor - k.low_95_minor), 0.0))
        AS q_{{ k }}{{ "," if not loop.last }}
    {%- endfor %}
FROM subscription_forecasts k
CROSS JOIN forecast_terms t
WHERE {{ draw("border", "k.customer_id") }} < {{ drawn }}
