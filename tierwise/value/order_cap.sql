WITH amounts AS (
    SELECT gross_minor - refunded_minor AS amount_minor, COUNT(*) AS orders
    FROM paid_orders
    WHERE bought_day IS NOT NULL AND gross_minor > refunded_minor
    GROUP BY gross_minor - refunded_minor
),
places AS (
    SELECT amount_minor,
        SUM(orders) OVER (ORDER BY amount_minor) AS up_to,
        SUM(orders) OVER () AS everything
    FROM amounts
)
SELECT COALESCE({{ whole("MIN(amount_minor)") }}, 0) AS cap_minor
FROM places
WHERE up_to * 100 >= everything * 95
