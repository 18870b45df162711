WITH shared_email AS (
    SELECT source, email, MIN(customer_id) AS first_id, MAX(customer_id) AS last_id,
        COUNT(*) AS customers
    FROM customers WHERE email IS NOT NULL AND merged_into IS NULL
    GROUP BY source, email HAVING COUNT(*) > 1
),
shared_phone AS (
    SELECT source, phone, MIN(customer_id) AS first_id, MAX(customer_id) AS last_id,
        COUNT(*) AS customers
    FROM customers WHERE phone IS NOT NULL AND merged_into IS NULL
    GROUP BY source, phone HAVING COUNT(*) > 1
),
lost_merge AS (
    SELECT c.source, c.customer_id AS first_id, c.merged_into AS last_id
    FROM customers c LEFT JOIN customers t ON t.customer_id = c.merged_into
    WHERE c.merged_into IS NOT NULL
        AND (t.customer_id IS NULL OR t.merged_into = c.customer_id)
)
SELECT source, 'email' AS kind, email AS address, first_id, last_id, customers FROM shared_email
UNION ALL
SELECT source, 'phone' AS kind, phone AS address, first_id, last_id, customers FROM shared_phone
UNION ALL
SELECT source, 'merge' AS kind, first_id || ' > ' || last_id AS address, first_id, last_id, 1
FROM lost_merge
