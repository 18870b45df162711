WITH bought AS (
    SELECT o.order_id, COALESCE(i.customer_id, o.customer_id) AS customer_id, o.placed_at
    FROM orders o
    LEFT JOIN identities i ON i.ref = o.customer_id
    WHERE o.kind = 'purchase' AND o.state = 'paid' AND o.customer_id IS NOT NULL
        AND o.placed_day <= {{ as_of_day }} AND o.placed_day > {{ as_of_day - 365 }}
),
one_after_another AS (
    SELECT order_id, customer_id, placed_at,
        LAG(placed_at) OVER (PARTITION BY customer_id ORDER BY placed_at, order_id) AS previous_at
    FROM bought
),
ways AS (
    SELECT order_id, customer_id, placed_at,
        CASE WHEN previous_at > placed_at - 30 * 86400 THEN previous_at
            ELSE placed_at - 30 * 86400 END AS since
    FROM one_after_another
),
visited AS (
    SELECT w.order_id, w.customer_id, MAX(w.placed_at - s.began_at) AS seconds,
        COUNT(*) AS sessions
    FROM ways w
    JOIN shopper_sessions s ON s.customer_id = w.customer_id
        AND s.began_at <= w.placed_at AND s.began_at > w.since
    GROUP BY w.order_id, w.customer_id
),
asked AS (
    SELECT w.order_id, COUNT(*) AS questions
    FROM ways w
    JOIN shopper_questions q ON q.customer_id = w.customer_id
        AND q.asked_at <= w.placed_at AND q.asked_at > w.since
    GROUP BY w.order_id
)
SELECT v.order_id, v.customer_id, v.seconds, v.sessions,
    COALESCE(a.questions, 0) AS questions
FROM visited v
LEFT JOIN asked a ON a.order_id = v.order_id
