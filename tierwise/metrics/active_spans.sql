{#- Before all instants there are, those included that mean "always". -#}
{%- set beginning_s = -(10 ** 13) -%}
{%- set forever_s = 10 ** 13 -%}
WITH seen AS (
    SELECT customer_id AS ref, placed_at AS at_s
    FROM orders
    WHERE kind = 'purchase' AND state = 'paid' AND customer_id IS NOT NULL
    UNION ALL
    SELECT customer_id, happened_at FROM app_events
),
-- Whatever lies within one length overlaps: the first and the last of it say as much as all.
active AS (
    SELECT ref, MIN(at_s) AS from_s, MAX(at_s) + {{ active_s }} AS until_s
    FROM seen
    WHERE at_s <= {{ as_of_s }}
    GROUP BY ref, {{ floor_div("at_s", active_s) }}
    UNION ALL
    SELECT
        customer_id,
        86400 * {{ whole("started_day") }},
        {{ active_s }} + CASE
            WHEN ended_day IS NULL THEN {{ as_of_s }}
            ELSE LEAST(86400 * {{ whole("GREATEST(ended_day, started_day)") }}, {{ as_of_s }})
        END
    FROM subscriptions
    WHERE 86400 * {{ whole("started_day") }} <= {{ as_of_s }}
),
settled AS (
    SELECT COALESCE(i.customer_id, a.ref) AS customer, a.from_s, a.until_s
    FROM active a
    LEFT JOIN identities i ON i.ref = a.ref
),
reached AS (
    SELECT
        s.*,
        MAX(until_s) OVER (
            PARTITION BY customer ORDER BY from_s, until_s
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS reached_s
    FROM settled s
),
numbered AS (
    SELECT
        r.*,
        SUM(CASE WHEN reached_s >= from_s THEN 0 ELSE 1 END) OVER (
            PARTITION BY customer ORDER BY from_s, until_s
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS number
    FROM reached r
),
stretches AS (
    SELECT customer, MIN(from_s) AS from_s, MAX(until_s) AS until_s
    FROM numbered
    GROUP BY customer, number
),
had AS (
    SELECT customer_id, COALESCE(level, '{{ floor }}') AS level, from_s FROM level_spans
    UNION ALL
    SELECT DISTINCT customer_id, '{{ floor }}', {{ beginning_s }} FROM level_spans
),
changed AS (
    SELECT h.*, LAG(level) OVER (PARTITION BY customer_id ORDER BY from_s) AS earlier FROM had h
),
levels AS (
    SELECT
        customer_id, level, from_s,
        COALESCE(
            LEAD(from_s) OVER (PARTITION BY customer_id ORDER BY from_s), {{ forever_s }}
        ) AS until_s
    FROM changed
    WHERE earlier IS NULL OR earlier <> level
),
pieces AS (
    SELECT
        s.customer,
        COALESCE(l.level, '{{ floor }}') AS level,
        GREATEST(s.from_s, COALESCE(l.from_s, s.from_s)) AS from_s,
        LEAST(s.until_s, COALESCE(l.until_s, s.until_s)) AS until_s
    FROM stretches s
    LEFT JOIN levels l
        ON l.customer_id = s.customer AND l.from_s < s.until_s AND s.from_s < l.until_s
)
SELECT
    customer,
    level,
    CAST(NULL AS STRING) AS channel,
    CAST(NULL AS STRING) AS team,
    CAST(NULL AS STRING) AS agent_id,
    CAST(NULL AS STRING) AS category,
    from_s,
    CASE WHEN until_s <= {{ as_of_s }} THEN until_s END AS until_s
FROM pieces
WHERE from_s <= {{ as_of_s }}
