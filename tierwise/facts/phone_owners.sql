WITH living AS (
    SELECT c.customer_id, c.source, c.phone, c.email,
        COALESCE(e.person_id, c.customer_id) AS person_id
    FROM customers c
    JOIN customer_merges m ON m.customer_id = c.customer_id AND m.living_id = c.customer_id
    LEFT JOIN email_owners e ON e.email = c.email
    WHERE c.phone IS NOT NULL
),
holders AS (
    SELECT phone, COUNT(*) AS holders FROM living GROUP BY source, phone
),
identifying AS (
    SELECT phone FROM holders GROUP BY phone HAVING MAX(holders) = 1
)
-- Someone with an e-mail address comes before someone without; two such someones settle nothing.
SELECT l.phone,
    COALESCE(MIN(CASE WHEN l.email IS NOT NULL THEN l.person_id END), MIN(l.person_id))
        AS person_id
FROM living l
JOIN identifying i ON i.phone = l.phone
GROUP BY l.phone
HAVING COUNT(DISTINCT CASE WHEN l.email IS NOT NULL THEN l.person_id END) < 2
