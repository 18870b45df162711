{%- set before_s = 91 * 86400 -%}
WITH answers AS (
    SELECT
        survey_id, customer, level, channel, team, agent_id, category, answered_s,
        CASE WHEN is_good = 1 THEN 'promoter' WHEN is_bad = 1 THEN 'detractor' ELSE 'passive' END
            AS band
    FROM survey_measures
    WHERE question = 'nps' AND is_of_ticket = 0 AND is_good IS NOT NULL
),
paid AS (
    SELECT
        COALESCE(i.customer_id, o.customer_id) AS customer,
        o.placed_at,
        ({{ converted("o.total_minor") }}) - ({{ converted("o.refunded_minor") }}) AS revenue
    FROM orders o
    JOIN daily_rates r ON r.currency = o.currency AND r.day = o.placed_day
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.state = 'paid' AND o.customer_id IS NOT NULL
),
revenues AS (
    SELECT a.survey_id, {{ whole("SUM(p.revenue)") }} AS revenue_minor
    FROM answers a
    JOIN paid p
        ON p.customer = a.customer AND p.placed_at >= a.answered_s - {{ before_s }}
        AND p.placed_at < a.answered_s
    GROUP BY a.survey_id
),
steps AS (
    SELECT
        a.*,
        COALESCE(r.revenue_minor, 0) AS revenue_after_minor,
        LAG(a.answered_s) OVER (
            PARTITION BY a.customer ORDER BY a.answered_s, LENGTH(a.survey_id), a.survey_id
        ) AS before_s,
        LAG(a.band) OVER (
            PARTITION BY a.customer ORDER BY a.answered_s, LENGTH(a.survey_id), a.survey_id
        ) AS band_before,
        LAG(COALESCE(r.revenue_minor, 0)) OVER (
            PARTITION BY a.customer ORDER BY a.answered_s, LENGTH(a.survey_id), a.survey_id
        ) AS revenue_before_minor
    FROM answers a
    LEFT JOIN revenues r ON r.survey_id = a.survey_id
),
beginning AS (
    SELECT MIN(placed_at) AS first_s FROM orders
)
SELECT
    s.survey_id,
    s.customer,
    s.level,
    s.channel,
    s.team,
    s.agent_id,
    s.category,
    s.before_s,
    s.answered_s,
    s.band_before,
    s.band AS band_after,
    s.revenue_before_minor,
    s.revenue_after_minor,
    CASE WHEN b.first_s <= s.before_s - {{ before_s }} THEN 1 ELSE 0 END AS is_whole
FROM steps s
CROSS JOIN beginning b
WHERE s.band_before IS NOT NULL
