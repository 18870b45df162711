{%- set ends = "86400 * (" ~ as_of_day ~ " + 1)" -%}
{%- set begins = "86400 * (" ~ as_of_day ~ " - 364)" -%}
WITH asked AS (
    SELECT t.ticket_id, COALESCE(i.customer_id, t.customer_id) AS customer_id, t.created_at,
        t.order_id, k.topic
    FROM tickets t
    LEFT JOIN identities i ON i.ref = t.customer_id
    LEFT JOIN ticket_topics k
        ON k.category = REPLACE(REPLACE(LOWER(t.category), ' ', '_'), '-', '_')
    WHERE t.customer_id IS NOT NULL AND t.status <> 'deleted' AND t.created_at < {{ ends }}
),
steps AS (
    SELECT a.customer_id, e.ticket_id, e.event_id, e.happened_at, e.name, e.actor, e.value
    FROM ticket_events e
    JOIN asked a ON a.ticket_id = e.ticket_id
    WHERE e.happened_at < {{ ends }}
),
statuses AS (
    SELECT customer_id, ticket_id, happened_at, value,
        LAG(value) OVER (PARTITION BY ticket_id ORDER BY happened_at, event_id) AS earlier
    FROM steps WHERE name = 'status'
),
replies AS (
    SELECT customer_id, ticket_id, happened_at,
        ROW_NUMBER() OVER (PARTITION BY ticket_id ORDER BY happened_at, event_id) AS nth
    FROM steps WHERE name IN ('public_reply', 'customer_message') AND actor = 'customer'
),
about_orders AS (
    SELECT customer_id, order_id, created_at,
        ROW_NUMBER() OVER (PARTITION BY customer_id, order_id ORDER BY created_at, ticket_id)
            AS nth
    FROM asked WHERE order_id IS NOT NULL
),
answers AS (
    SELECT COALESCE(i.customer_id, s.customer_id) AS customer_id, s.question, s.answered_at,
        COALESCE(s.ticket_id, s.survey_id) AS issue,
        COALESCE(s.direction, 'high_is_{{ ces_high_is }}') AS direction,
        s.score - s.scale_low AS above,
        s.scale_high - s.scale_low AS width
    FROM surveys s
    LEFT JOIN identities i ON i.ref = s.customer_id
    WHERE s.answered_at < {{ ends }} AND s.score IS NOT NULL AND s.scale_high > s.scale_low
),
told AS (
    SELECT customer_id, issue, answered_at AS happened_at,
        CASE
            WHEN question = 'csat' AND 10 * above <= 4 * width THEN 'csat_bad'
            WHEN question = 'csat' AND 4 * above >= 3 * width THEN 'good_answer'
            WHEN question = 'nps' AND 10 * above <= 6 * width THEN 'nps_detractor'
            WHEN question = 'nps' AND 10 * above >= 9 * width THEN 'good_answer'
            WHEN question = 'ces' AND direction = 'high_is_effort' AND 4 * above >= 3 * width
                THEN 'ces_high'
            WHEN question = 'ces' AND direction = 'high_is_ease' AND 10 * above <= 4 * width
                THEN 'ces_high'
        END AS signal
    FROM answers
),
signs AS (
    SELECT customer_id, issue, happened_at, signal FROM told WHERE signal IS NOT NULL
    UNION ALL
    SELECT customer_id, issue, happened_at, 'contact' AS signal FROM told
    UNION ALL
    SELECT customer_id, ticket_id, created_at, 'contact' FROM asked
    UNION ALL
    SELECT customer_id, ticket_id, created_at, topic FROM asked
    WHERE topic IN ('complaint', 'refund')
    UNION ALL
    SELECT customer_id, ticket_id, happened_at, 'escalated' FROM steps
    WHERE name IN ('escalated', 'escalation')
    UNION ALL
    SELECT customer_id, ticket_id, happened_at, 'reopened' FROM steps WHERE name = 'reopened'
    UNION ALL
    SELECT customer_id, ticket_id, happened_at, 'reopened' FROM statuses
    WHERE earlier IN ('solved', 'closed') AND value NOT IN ('solved', 'closed', 'deleted')
    UNION ALL
    SELECT customer_id, ticket_id, happened_at, 'many_contacts' FROM replies WHERE nth = 3
    UNION ALL
    SELECT customer_id, order_id, created_at, 'many_contacts' FROM about_orders WHERE nth = 3
)
SELECT customer_id, signal, issue,
    CAST({{ floor_div("happened_at", "86400") }} AS INTEGER) AS happened_day,
    MAX(happened_at) AS happened_at
FROM signs
WHERE happened_at >= {{ begins }}
GROUP BY customer_id, signal, issue, {{ floor_div("happened_at", "86400") }}
