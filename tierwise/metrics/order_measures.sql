WITH bought AS (
    SELECT
        o.order_id,
        COALESCE(i.customer_id, o.customer_id, 'order ' || o.order_id) AS customer,
        o.placed_at AS placed_s
    FROM orders o
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.kind = 'purchase' AND o.state = 'paid' AND o.placed_at <= {{ as_of_s }}
),
asked AS (
    -- An order nobody knows names none.
    SELECT m.ticket_id, m.customer, m.created_s, o.order_id AS named
    FROM ticket_measures m
    JOIN tickets t ON t.ticket_id = m.ticket_id
    LEFT JOIN orders o ON o.order_id = t.order_id
    WHERE m.is_countable = 1
),
moments AS (
    SELECT customer, placed_s AS at_s, 0 AS is_ticket, order_id AS id
    FROM bought
    WHERE customer IN (SELECT customer FROM asked WHERE named IS NULL)
    UNION ALL
    SELECT customer, created_s, 1, ticket_id FROM asked WHERE named IS NULL
),
numbered AS (
    SELECT
        m.*,
        SUM(1 - is_ticket) OVER (
            PARTITION BY customer ORDER BY at_s, is_ticket, LENGTH(id), id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS orders_before
    FROM moments m
),
about AS (
    SELECT named AS order_id, created_s FROM asked WHERE named IS NOT NULL
    UNION ALL
    SELECT o.id, t.at_s
    FROM numbered t
    JOIN numbered o ON o.customer = t.customer AND o.orders_before = t.orders_before
    WHERE t.is_ticket = 1 AND o.is_ticket = 0
),
counted AS (
    SELECT b.order_id, COUNT(*) AS tickets
    FROM about a
    JOIN bought b ON b.order_id = a.order_id
    WHERE a.created_s < b.placed_s + {{ about_s }}
    GROUP BY b.order_id
)
SELECT
    b.order_id,
    b.customer,
    COALESCE(l.level, '{{ floor }}') AS level,
    CAST(NULL AS STRING) AS channel,
    CAST(NULL AS STRING) AS team,
    CAST(NULL AS STRING) AS agent_id,
    CAST(NULL AS STRING) AS category,
    b.placed_s,
    COALESCE(c.tickets, 0) AS tickets
FROM bought b
LEFT JOIN counted c ON c.order_id = b.order_id
LEFT JOIN level_spans l
    ON l.customer_id = b.customer AND l.from_s <= b.placed_s AND b.placed_s < l.until_s
