WITH holders AS (
    SELECT c.email, MIN(c.customer_id) AS holder, COUNT(*) AS holders
    FROM customers c
    JOIN customer_merges m ON m.customer_id = c.customer_id AND m.living_id = c.customer_id
    WHERE c.email IS NOT NULL
    GROUP BY c.source, c.email
)
SELECT email, MIN(holder) AS person_id
FROM holders
GROUP BY email
HAVING MAX(holders) = 1
