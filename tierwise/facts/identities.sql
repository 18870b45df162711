WITH owned AS (
    SELECT c.customer_id, c.account_id, c.name, c.created_at,
        CASE
            WHEN l.email IS NULL THEN COALESCE(p.person_id, m.living_id)
            ELSE COALESCE(e.person_id, m.living_id)
        END AS person_id
    FROM customers c
    JOIN customer_merges m ON m.customer_id = c.customer_id
    LEFT JOIN customers l ON l.customer_id = m.living_id
    LEFT JOIN email_owners e ON e.email = l.email
    LEFT JOIN phone_owners p ON p.phone = l.phone
),
persons AS (
    SELECT person_id, COALESCE(MIN(account_id), person_id) AS customer_id, MIN(name) AS name,
        MIN(created_at) AS created_at
    FROM owned GROUP BY person_id
),
refs AS (
    SELECT customer_id AS ref, person_id FROM owned
    UNION ALL
    SELECT 'email:' || email AS ref, person_id FROM email_owners
    UNION ALL
    SELECT 'phone:' || phone AS ref, person_id FROM phone_owners
)
SELECT r.ref, p.person_id, p.customer_id, p.name, p.created_at
FROM refs r
JOIN persons p ON p.person_id = r.person_id
