WITH seen AS (
    SELECT customer_id, decision_id, level, from_s,
        MIN(from_s) OVER (
            PARTITION BY customer_id ORDER BY decision_id DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS replaced_s
    FROM decided_levels
)
SELECT customer_id, level, from_s,
    COALESCE(
        LEAD(from_s) OVER (PARTITION BY customer_id ORDER BY from_s), {{ forever_s }}
    ) AS until_s
FROM seen
WHERE replaced_s IS NULL OR from_s < replaced_s
