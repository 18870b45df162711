WITH contacts AS (
    SELECT
        c.contact_id, c.ticket_id, c.channel,
        COALESCE(i.customer_id, c.customer_id) AS customer_id,
        c.offered_at AS offered_s,
        CASE WHEN c.answered_at <= {{ as_of_s }} THEN GREATEST(c.answered_at, c.offered_at) END
            AS answered_s,
        CASE WHEN c.ended_at <= {{ as_of_s }} THEN GREATEST(c.ended_at, c.offered_at) END
            AS ended_s,
        CASE WHEN c.callback THEN 1 ELSE 0 END AS has_callback
    FROM live_contacts c
    LEFT JOIN identities i ON i.ref = c.customer_id
    WHERE c.offered_at <= {{ as_of_s }}
)
SELECT
    c.contact_id,
    COALESCE(c.customer_id, t.customer, 'contact ' || c.contact_id) AS customer,
    COALESCE(t.level, l.level, '{{ floor }}') AS level,
    c.channel,
    t.team,
    t.agent_id,
    t.category,
    c.offered_s,
    c.answered_s,
    CASE
        WHEN c.answered_s IS NULL AND c.ended_s IS NOT NULL AND c.has_callback = 0 THEN 1
        ELSE 0
    END AS is_abandoned,
    COALESCE(c.answered_s, c.ended_s) - c.offered_s AS waited_length_s
FROM contacts c
LEFT JOIN ticket_measures t ON t.ticket_id = c.ticket_id
LEFT JOIN level_spans l
    ON l.customer_id = c.customer_id AND l.from_s <= c.offered_s AND c.offered_s < l.until_s
WHERE COALESCE(t.gone_as, 'merged') = 'merged'
