WITH lost AS (
    SELECT c.source, c.customer_id, c.email, c.phone, c.merged_into
    FROM customers c
    JOIN customer_merges m ON m.customer_id = c.customer_id AND m.living_id = c.customer_id
    WHERE c.merged_into IS NOT NULL
),
living AS (
    SELECT source, customer_id, email, phone FROM customers WHERE merged_into IS NULL
    UNION ALL
    SELECT source, customer_id, email, phone FROM lost
),
shared_email AS (
    SELECT source, email, MIN(customer_id) AS first_id, MAX(customer_id) AS last_id,
        COUNT(*) AS customers
    FROM living WHERE email IS NOT NULL
    GROUP BY source, email HAVING COUNT(*) > 1
),
shared_phone AS (
    SELECT source, phone, MIN(customer_id) AS first_id, MAX(customer_id) AS last_id,
        COUNT(*) AS customers
    FROM living WHERE phone IS NOT NULL
    GROUP BY source, phone HAVING COUNT(*) > 1
)
SELECT source, 'email' AS kind, email AS address, first_id, last_id, customers FROM shared_email
UNION ALL
SELECT source, 'phone' AS kind, phone AS address, first_id, last_id, customers FROM shared_phone
UNION ALL
SELECT source, 'merge' AS kind, customer_id || ' > ' || merged_into AS address,
    customer_id AS first_id, merged_into AS last_id, 1 AS customers
FROM lost
