{#- The smallest value that at least `percent` of all rows of `counted` do not exceed. -#}
{%- macro place(name, counted, percent) -%}
{{ name }} AS (
    SELECT MIN(value) AS value
    FROM (SELECT value, SUM(times) OVER (ORDER BY value) AS upto, SUM(times) OVER () AS everything
        FROM {{ counted }}) p
    WHERE 100 * upto >= {{ percent }} * everything
)
{%- endmacro -%}
WITH times_taken AS (
    SELECT seconds AS value, COUNT(*) AS times FROM shopper_journeys GROUP BY seconds
),
sessions_taken AS (
    SELECT sessions AS value, COUNT(*) AS times FROM shopper_journeys GROUP BY sessions
),
pages_read AS (
    SELECT research_pages AS value, COUNT(*) AS times FROM shopper_sessions
    WHERE pages > 0 GROUP BY research_pages
),
{{ place("quick_from", "times_taken", 25) }},
{{ place("few_from", "sessions_taken", 25) }},
{{ place("many_from", "sessions_taken", 75) }},
{{ place("reading_from", "pages_read", 75) }},
-- One row for every occasion at which a disposition could show.
occasions AS (
    SELECT COALESCE(i.customer_id, o.customer_id) AS customer_id, 'discount_chaser' AS type,
        CASE WHEN o.discount_minor > 0 THEN 1 ELSE 0 END AS shows,
        0 AS is_question,
        CASE WHEN o.discount_minor > 0
            THEN {{ floor_div("1000000 * o.discount_minor",
                              "NULLIF(o.total_minor + o.discount_minor, 0)") }} ELSE 0 END
            AS depth_ppm
    FROM orders o
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.kind = 'purchase' AND o.state = 'paid' AND o.customer_id IS NOT NULL
        AND o.placed_day <= {{ as_of_day }}
    UNION ALL
    SELECT j.customer_id, 'impulsive',
        CASE WHEN j.seconds <= q.value AND j.sessions <= f.value AND j.questions = 0
            THEN 1 ELSE 0 END,
        0, 0
    FROM shopper_journeys j CROSS JOIN quick_from q CROSS JOIN few_from f
    UNION ALL
    SELECT s.customer_id, 'researcher',
        CASE WHEN s.research_pages >= r.value AND s.research_pages >= 2 THEN 1 ELSE 0 END,
        0, 0
    FROM shopper_sessions s CROSS JOIN reading_from r WHERE s.pages > 0
    UNION ALL
    SELECT j.customer_id, 'researcher',
        CASE WHEN j.sessions >= m.value AND j.sessions >= 2 THEN 1 ELSE 0 END,
        0, 0
    FROM shopper_journeys j CROSS JOIN many_from m
    UNION ALL
    SELECT customer_id, 'researcher', CASE WHEN topic = 'product' THEN 1 ELSE 0 END, 1, 0
    FROM shopper_questions
    UNION ALL
    SELECT customer_id, 'sceptical', CASE WHEN trust_pages > 0 THEN 1 ELSE 0 END, 0, 0
    FROM shopper_sessions WHERE pages > 0
    UNION ALL
    SELECT customer_id, 'sceptical', CASE WHEN topic = 'seller' THEN 1 ELSE 0 END, 1, 0
    FROM shopper_questions
)
SELECT customer_id, type,
    {{ whole("SUM(shows)") }} AS shown,
    COUNT(*) AS evidence,
    {{ whole("SUM(is_question)") }} AS questions,
    {{ whole("SUM(depth_ppm)") }} AS depth_ppm
FROM occasions
GROUP BY customer_id, type
