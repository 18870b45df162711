WITH answers AS (
    SELECT COALESCE(i.customer_id, s.customer_id) AS customer_id,
        {{ ratio("10 * (s.score - s.scale_low)", "s.scale_high - s.scale_low") }} AS nps,
        ROW_NUMBER() OVER (
            PARTITION BY COALESCE(i.customer_id, s.customer_id)
            ORDER BY s.answered_at DESC, s.survey_id) AS place
    FROM surveys s
    LEFT JOIN identities i ON i.ref = s.customer_id
    WHERE s.question = 'nps' AND s.score IS NOT NULL AND s.scale_high > s.scale_low
        AND s.answered_at < 86400 * ({{ as_of_day }} + 1)
        AND s.answered_at >= 86400 * ({{ as_of_day }} - 364)
)
SELECT customer_id, COUNT(*) AS answers, MAX(CASE WHEN place = 1 THEN nps END) AS nps
FROM answers GROUP BY customer_id
