-- A merge is followed for up to eight steps. One that ends at nobody, goes round in a circle or
-- is longer changes nothing: the customer keeps their own id and the merge is shown as lost.
WITH step_1 AS (
    SELECT customer_id, merged_into AS target FROM customers WHERE merged_into IS NOT NULL
),
step_2 AS (
    SELECT a.customer_id, COALESCE(b.target, a.target) AS target
    FROM step_1 a LEFT JOIN step_1 b ON b.customer_id = a.target
),
step_4 AS (
    SELECT a.customer_id, COALESCE(b.target, a.target) AS target
    FROM step_2 a LEFT JOIN step_2 b ON b.customer_id = a.target
),
step_8 AS (
    SELECT a.customer_id, COALESCE(b.target, a.target) AS target
    FROM step_4 a LEFT JOIN step_4 b ON b.customer_id = a.target
)
SELECT s.customer_id, COALESCE(l.customer_id, s.customer_id) AS living_id
FROM step_8 s LEFT JOIN customers l ON l.customer_id = s.target AND l.merged_into IS NULL
UNION ALL
SELECT customer_id, customer_id AS living_id FROM customers WHERE merged_into IS NULL
