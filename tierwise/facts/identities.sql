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
    SELECT person_id, MIN(account_id) AS account_id, MIN(name) AS name,
        MIN(created_at) AS created_at
    FROM owned GROUP BY person_id
),
-- An account that is itself a customer goes by that customer's name, merges included.
accounts AS (
    SELECT customer_id AS account_id, person_id FROM owned
    WHERE customer_id IN (SELECT account_id FROM persons WHERE account_id IS NOT NULL)
),
-- Some sources call their own customers `email:…`; such a name means the one it was given to.
named AS (
    SELECT customer_id AS ref FROM customers
    WHERE customer_id LIKE 'email:%' OR customer_id LIKE 'phone:%'
),
addresses AS (
    SELECT 'email:' || email AS ref, person_id FROM email_owners
    UNION ALL
    SELECT 'phone:' || phone AS ref, person_id FROM phone_owners
),
refs AS (
    SELECT customer_id AS ref, person_id FROM owned
    UNION ALL
    SELECT a.ref, a.person_id FROM addresses a
    WHERE NOT EXISTS (SELECT 1 FROM named n WHERE n.ref = a.ref)
)
SELECT r.ref, p.person_id, COALESCE(a.person_id, p.account_id, p.person_id) AS customer_id,
    p.name, p.created_at
FROM refs r
JOIN persons p ON p.person_id = r.person_id
LEFT JOIN accounts a ON a.account_id = p.account_id
