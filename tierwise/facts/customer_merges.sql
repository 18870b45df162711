-- A merge is followed for up to eight steps; a longer one never ends and is ambiguous.
WITH step_1 AS (
    SELECT customer_id, COALESCE(merged_into, customer_id) AS target FROM customers
),
step_2 AS (
    SELECT a.customer_id, COALESCE(b.target, a.target) AS target
    FROM step_1 a LEFT JOIN step_1 b ON b.customer_id = a.target
),
step_4 AS (
    SELECT a.customer_id, COALESCE(b.target, a.target) AS target
    FROM step_2 a LEFT JOIN step_2 b ON b.customer_id = a.target
)
SELECT a.customer_id, COALESCE(b.target, a.target) AS living_id
FROM step_4 a LEFT JOIN step_4 b ON b.customer_id = a.target
