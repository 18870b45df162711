WITH told AS (
    SELECT s.survey_id, s.question, s.scale_low, s.scale_high, o.gone_as,
        COALESCE(i.customer_id, s.customer_id) AS customer,
        -- What was said about a ticket that was merged is said about the one that is left.
        CASE WHEN o.gone_as = 'merged' THEN COALESCE(m.survivor_id, s.ticket_id) ELSE s.ticket_id
            END AS ticket_id,
        CASE WHEN s.question = 'ces' THEN s.direction END AS direction,
        s.offered_at,
        CASE WHEN s.score IS NOT NULL AND s.answered_at <= {{ as_of_s }} THEN s.answered_at END
            AS answered_s,
        CASE WHEN s.answered_at <= {{ as_of_s }} THEN s.score END AS score
    FROM surveys s
    LEFT JOIN identities i ON i.ref = s.customer_id
    LEFT JOIN ticket_measures o ON o.ticket_id = s.ticket_id
    LEFT JOIN ticket_merges m ON m.ticket_id = s.ticket_id
),
asked AS (
    SELECT
        t.survey_id, t.ticket_id, t.customer, t.question, t.score, t.scale_low, t.scale_high,
        t.direction, t.answered_s,
        -- An answer shows that it was asked by then.
        LEAST(t.offered_at, COALESCE(t.answered_s, t.offered_at)) AS offered_s,
        CASE WHEN t.ticket_id IS NULL THEN t.survey_id END AS alone,
        -- No width: a scale of one answer says nothing.
        CASE WHEN t.scale_high > t.scale_low THEN t.scale_high - t.scale_low END AS width,
        t.score - t.scale_low AS above,
        CASE
            WHEN t.direction = 'high_is_effort' THEN t.scale_high - t.score
            WHEN t.direction = 'high_is_ease' THEN t.score - t.scale_low
        END AS from_worst
    FROM told t
    LEFT JOIN ticket_measures c ON c.ticket_id = t.ticket_id
    WHERE COALESCE(c.is_countable, 1) = 1
        AND (t.answered_s IS NOT NULL
            OR (t.offered_at <= {{ as_of_s }} AND COALESCE(t.gone_as, '') <> 'merged'))
),
judged AS (
    SELECT
        a.*,
        CASE
            WHEN a.width IS NULL OR a.score IS NULL THEN NULL
            WHEN a.question = 'csat' THEN CASE WHEN 4 * a.above >= 3 * a.width THEN 1 ELSE 0 END
            WHEN a.question = 'fcr' THEN CASE WHEN a.above >= a.width THEN 1 ELSE 0 END
            WHEN a.question = 'nps' AND a.scale_high = 10 AND a.scale_low IN (0, 1)
                THEN CASE WHEN a.score >= 9 THEN 1 ELSE 0 END
        END AS is_good,
        CASE
            WHEN a.width IS NULL OR a.score IS NULL THEN NULL
            WHEN a.question = 'nps' AND a.scale_high = 10 AND a.scale_low IN (0, 1)
                THEN CASE WHEN a.score <= 6 THEN 1 ELSE 0 END
            -- The worst three tenths of all answers there are, rounded up to whole ones.
            WHEN a.from_worst <= FLOOR({{ ratio("3 * (a.width + 1) + 9", "10") }}) - 1 THEN 1
            WHEN a.from_worst IS NOT NULL THEN 0
        END AS is_bad
    FROM asked a
),
ranked AS (
    SELECT
        j.*,
        ROW_NUMBER() OVER (
            PARTITION BY j.ticket_id, j.alone, j.question
            ORDER BY CASE WHEN j.answered_s IS NULL THEN 1 ELSE 0 END, j.answered_s DESC,
                j.offered_s DESC, LENGTH(j.survey_id) DESC, j.survey_id DESC
        ) AS place,
        MAX(j.is_good) OVER (PARTITION BY j.ticket_id, j.alone, j.question) AS was_good,
        MAX(CASE WHEN j.is_bad = 1 OR (j.question <> 'nps' AND j.is_good = 0) THEN 1 ELSE 0 END)
            OVER (PARTITION BY j.ticket_id, j.alone, j.question) AS was_bad,
        CASE WHEN j.question = 'nps' AND j.ticket_id IS NULL AND j.is_good IS NOT NULL THEN 1
            ELSE 0 END AS is_relation
    FROM judged j
),
lasting AS (
    SELECT
        r.*,
        LEAD(r.answered_s) OVER (
            PARTITION BY r.customer, r.is_relation
            ORDER BY r.answered_s, LENGTH(r.survey_id), r.survey_id
        ) AS next_s
    FROM ranked r
    WHERE r.place = 1
)
SELECT
    n.survey_id,
    n.ticket_id,
    n.customer,
    COALESCE(t.level, l.level, '{{ floor }}') AS level,
    t.channel,
    t.team,
    t.agent_id,
    t.category,
    n.question,
    CASE WHEN n.ticket_id IS NULL THEN 0 ELSE 1 END AS is_of_ticket,
    n.offered_s,
    n.answered_s,
    n.score,
    n.scale_low,
    n.scale_high,
    n.direction,
    n.is_good,
    n.is_bad,
    100 * {{ ratio("n.from_worst", "n.width") }} AS ease,
    CASE WHEN n.is_good = 0 AND n.was_good = 1 THEN 1 ELSE 0 END AS flips_down,
    CASE WHEN n.is_good = 1 AND n.was_bad = 1 THEN 1 ELSE 0 END AS flips_up,
    CASE WHEN n.is_relation = 1 THEN n.next_s END AS next_s
FROM lasting n
LEFT JOIN ticket_measures t ON t.ticket_id = n.ticket_id
LEFT JOIN level_spans l
    ON l.customer_id = n.customer AND l.from_s <= n.offered_s AND n.offered_s < l.until_s
