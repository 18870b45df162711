WITH visits AS (
    SELECT
        h.session_id,
        COALESCE(i.customer_id, h.customer_id, 'session ' || h.session_id) AS customer,
        h.began_at AS began_s,
        CASE WHEN h.customer_id IS NULL THEN 0 ELSE 1 END AS is_known,
        CASE WHEN h.searches > 0 OR h.articles > 0 THEN 1 ELSE 0 END AS has_intent,
        CASE WHEN h.solved THEN 1 ELSE 0 END AS is_solved
    FROM help_sessions h
    LEFT JOIN identities i ON i.ref = h.customer_id
    WHERE h.began_at <= {{ as_of_s }}
),
moments AS (
    SELECT customer, began_s AS at_s, session_id, NULL AS ticket_s FROM visits
    UNION ALL
    -- Merging is what we do: the visitor has written all the same.
    SELECT customer, created_s, NULL, created_s FROM ticket_measures
    WHERE opened_by = 'customer' AND COALESCE(gone_as, 'merged') = 'merged'
),
followed AS (
    SELECT
        session_id,
        MIN(ticket_s) OVER (
            PARTITION BY customer
            ORDER BY at_s, CASE WHEN ticket_s IS NULL THEN 0 ELSE 1 END, session_id
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS ticket_s
    FROM moments
)
SELECT
    v.session_id,
    v.customer,
    COALESCE(l.level, '{{ floor }}') AS level,
    CAST(NULL AS STRING) AS channel,
    CAST(NULL AS STRING) AS team,
    CAST(NULL AS STRING) AS agent_id,
    CAST(NULL AS STRING) AS category,
    v.began_s,
    v.is_known,
    v.has_intent,
    v.is_solved,
    f.ticket_s
FROM visits v
JOIN followed f ON f.session_id = v.session_id
LEFT JOIN level_spans l
    ON l.customer_id = v.customer AND l.from_s <= v.began_s AND v.began_s < l.until_s
