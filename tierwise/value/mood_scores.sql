WITH contacts AS (
    SELECT customer_id, COUNT(*) AS contacts FROM mood_signals
    WHERE signal = 'contact' GROUP BY customer_id
),
cleared AS (
    SELECT customer_id, MAX(happened_at) AS cleared_at FROM mood_signals
    WHERE signal = 'good_answer' GROUP BY customer_id
),
live AS (
    SELECT s.customer_id, s.signal, f.age_days, f.log_left_ppb,
        ROW_NUMBER() OVER (
            PARTITION BY s.customer_id ORDER BY f.log_left_ppb, s.signal, s.issue) AS place
    FROM mood_signals s
    JOIN mood_fading f ON f.signal = s.signal AND f.age_days = {{ as_of_day }} - s.happened_day
    LEFT JOIN cleared c ON c.customer_id = s.customer_id
    WHERE s.happened_at >= COALESCE(c.cleared_at, 0)
),
summed AS (
    SELECT customer_id, COUNT(*) AS signals, {{ whole("SUM(log_left_ppb)") }} AS log_left_ppb,
        MIN(age_days) AS last_days, MAX(CASE WHEN place = 1 THEN signal END) AS heaviest
    FROM live GROUP BY customer_id
)
-- Rounded to a millionth: engines differ in the last digit of EXP.
SELECT
    c.customer_id,
    c.contacts,
    COALESCE(m.signals, 0) AS signals,
    CASE WHEN m.customer_id IS NULL THEN CAST(0 AS DOUBLE)
        ELSE {{ ratio("FLOOR(1000000 * (1 - EXP(" ~ ratio("m.log_left_ppb", "1000000000")
                      ~ ")) + CAST(0.5 AS DOUBLE))", "1000000") }} END AS score,
    m.last_days,
    m.heaviest
FROM contacts c
LEFT JOIN summed m ON m.customer_id = c.customer_id
