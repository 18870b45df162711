WITH seen AS (
    SELECT
        COALESCE(i.customer_id, e.customer_id) AS customer_id,
        COALESCE(e.session_id, 'day ' || e.happened_day) AS visit_id,
        e.happened_at,
        p.page_class
    FROM app_events e
    JOIN page_classes p ON p.name = REPLACE(REPLACE(LOWER(e.name), ' ', '_'), '-', '_')
    LEFT JOIN identities i ON i.ref = e.customer_id
    WHERE e.happened_day <= {{ as_of_day }} AND e.happened_day > {{ as_of_day - 365 }}
)
SELECT
    customer_id,
    visit_id,
    MIN(happened_at) AS began_at,
    COUNT(CASE WHEN page_class <> 'visit' THEN 1 END) AS pages,
    COUNT(CASE WHEN page_class IN ('product', 'spec', 'compare', 'knowledge') THEN 1 END)
        AS research_pages,
    COUNT(CASE WHEN page_class IN ('policy', 'reviews') THEN 1 END) AS trust_pages
FROM seen
GROUP BY customer_id, visit_id
