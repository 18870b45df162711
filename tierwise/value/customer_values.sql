{#- Percentiles as in ltv_percentiles: equal values share the better place. -#}
{%- set ways = {"historic": "historic_minor", "predicted": "standing_minor", "total": "total_minor"} -%}
{%- set pace = "t.margin * t.pace * GREATEST(COALESCE(h.recent_minor, 0), 0)" -%}
WITH valued AS (
    SELECT
        COALESCE(h.customer_id, f.customer_id) AS customer_id,
        {{ whole("ROUND(t.margin * COALESCE(h.ltv_minor, 0))") }}
            - COALESCE(c.cost_minor, 0) AS historic_minor,
        COALESCE(f.predicted_minor, 0) AS predicted_minor,
        CASE WHEN f.basis = 'contract' THEN GREATEST(COALESCE(f.predicted_minor, 0), 0)
            ELSE {{ whole("ROUND(SQRT(GREATEST(COALESCE(f.predicted_minor, 0), 0) * " ~ pace ~ "))") }}
            END AS standing_minor
    FROM order_history h
    FULL JOIN forecasts f ON f.customer_id = h.customer_id
    CROSS JOIN forecast_terms t
    LEFT JOIN serving_costs c ON c.customer_id = COALESCE(h.customer_id, f.customer_id)
),
summed AS (
    SELECT customer_id, historic_minor, predicted_minor, standing_minor,
        historic_minor + predicted_minor AS total_minor
    FROM valued
)
{%- for way, amount in ways.items() %},
{{ way }}_amounts AS (
    SELECT {{ amount }} AS amount, COUNT(*) AS customers FROM summed GROUP BY {{ amount }}
),
{{ way }}_places AS (
    SELECT
        amount,
        SUM(customers) OVER (ORDER BY amount DESC) - customers AS above,
        SUM(customers) OVER () AS everyone
    FROM {{ way }}_amounts
)
{%- endfor %}
SELECT
    s.customer_id,
    s.historic_minor,
    s.predicted_minor,
    s.standing_minor,
    s.total_minor
    {%- for way in ways %},
    100.0 * (1.0 - {{ ratio(way ~ "_places.above + 0.001", way ~ "_places.everyone") }})
        AS {{ way }}_percentile
    {%- endfor %}
FROM summed s
{%- for way, amount in ways.items() %}
JOIN {{ way }}_places ON {{ way }}_places.amount = s.{{ amount }}
{%- endfor %}
