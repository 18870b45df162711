{%- set methods = methods.split() -%}
WITH outcomes AS (
    SELECT t.*, n.ltv_minor - t.historic AS later_minor, n.occasions - t.occasions_then AS later_orders
    FROM backtest_then t
    JOIN order_history n ON n.customer_id = t.customer_id
),
ranked AS (
    SELECT o.*,
        {%- for method in methods %}
        ROW_NUMBER() OVER (ORDER BY o.{{ method }} DESC, o.customer_id) AS {{ method }}_place,
        {%- endfor %}
        ROW_NUMBER() OVER (ORDER BY o.later_minor DESC, o.customer_id) AS true_place,
        COUNT(*) OVER () AS everyone
    FROM outcomes o
),
marked AS (
    SELECT r.*,
        CASE WHEN r.later_minor > 0 AND (r.true_place - 1) * 1000 < r.everyone * {{ top_permille }}
            THEN 1 ELSE 0 END AS is_top
        {%- for method in methods %},
        CASE WHEN (r.{{ method }}_place - 1) * 1000 < r.everyone * {{ top_permille }}
            THEN 1 ELSE 0 END AS in_{{ method }}
        {%- endfor %}
    FROM ranked r
)
SELECT
    COUNT(*) AS customers,
    COALESCE({{ whole("SUM(CASE WHEN later_orders > 0 THEN 1 ELSE 0 END)") }}, 0) AS bought,
    COALESCE({{ whole("SUM(is_top)") }}, 0) AS top_customers,
    COALESCE({{ whole("SUM(later_minor)") }}, 0) AS actual_minor,
    COALESCE({{ whole("SUM(later_orders)") }}, 0) AS actual_orders,
    COALESCE({{ whole("SUM(forecast)") }}, 0) AS predicted_minor,
    COALESCE(SUM(expected_orders), 0.0) AS predicted_orders,
    {%- for name, share in (("80", 0.8), ("95", 0.95)) %}
    COALESCE({{ ratio("SUM(CASE WHEN later_minor BETWEEN low_%s AND high_%s THEN 1 ELSE 0 END)"
        % (name, name), "COUNT(*)") }}, 0.0) AS covered_{{ name }},
    COALESCE(AVG(GREATEST({{ share }}, 1.0 - p_buy)), 0.0) AS held_{{ name }},
    {%- endfor %}
    {%- for method in methods %}
    COALESCE({{ whole("SUM(is_top * in_" ~ method ~ ")") }}, 0) AS hits_{{ method }},
    COALESCE({{ whole("SUM(later_minor * in_" ~ method ~ ")") }}, 0) AS captured_{{ method }}
    {{- "," if not loop.last }}
    {%- endfor %}
FROM marked
