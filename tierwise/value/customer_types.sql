WITH life AS (
    SELECT l.customer_id, r.type, r.layer,
        CASE
            WHEN l.occasions < r.least_evidence THEN 'unknown'
            WHEN l.life_cycle = r.type THEN 'yes'
            ELSE 'no'
        END AS state,
        l.occasions AS evidence, r.least_evidence,
        CASE
            WHEN r.type IN ('novice', 'loyal') THEN l.tenure_days
            WHEN r.type IN ('regular', 'lapsing') THEN l.recency_days
        END AS own,
        CASE
            WHEN r.type = 'novice' THEN l.novice_days
            WHEN r.type = 'loyal' THEN l.median_tenure_days
        END AS usual
    FROM life_cycles l
    CROSS JOIN customer_type_rules r
    WHERE r.layer = 'life_cycle'
),
disposed AS (
    SELECT l.customer_id, r.type, r.layer,
        COALESCE(c.shown, 0) AS shown,
        COALESCE(c.evidence, 0) AS evidence,
        CASE WHEN c.questions >= 2 AND r.least_evidence > 2 THEN 2 ELSE r.least_evidence END
            AS least_evidence,
        {{ ratio("c.shown", "c.evidence") }} AS own,
        {{ ratio("c.depth_ppm", "1000000 * c.evidence") }} AS depth,
        s.usual, s.shrunk, s.chance, s.holds, s.own_weight, s.depth_weight, s.usual_depth
    FROM life_cycles l
    CROSS JOIN customer_type_rules r
    LEFT JOIN disposition_counts c ON c.customer_id = l.customer_id AND c.type = r.type
    LEFT JOIN disposition_scores s
        ON s.type = c.type AND s.shown = c.shown AND s.evidence = c.evidence
    WHERE r.layer = 'disposition' AND r.type <> 'advocate'
),
advocates AS (
    SELECT l.customer_id, r.type, r.layer, COALESCE(a.answers, 0) AS evidence, r.least_evidence,
        a.nps
    FROM life_cycles l
    CROSS JOIN customer_type_rules r
    LEFT JOIN shopper_advocates a ON a.customer_id = l.customer_id
    WHERE r.type = 'advocate'
),
moods AS (
    SELECT l.customer_id, r.type, r.layer, COALESCE(m.signals, 0) AS shown,
        COALESCE(m.contacts, 0) AS evidence, r.least_evidence, m.score, m.last_days, m.heaviest
    FROM life_cycles l
    CROSS JOIN customer_type_rules r
    LEFT JOIN mood_scores m ON m.customer_id = l.customer_id
    WHERE r.layer = 'mood'
)
SELECT customer_id, type, layer, state,
    CASE WHEN state = 'yes' THEN CAST(1 AS DOUBLE)
        WHEN state = 'no' THEN CAST(0 AS DOUBLE) END AS score,
    {{ whole("CASE WHEN state = 'yes' THEN evidence ELSE 0 END") }} AS shown,
    {{ whole("evidence") }} AS evidence,
    {{ whole("least_evidence") }} AS least_evidence,
    CAST(own AS DOUBLE) AS own,
    CAST(usual AS DOUBLE) AS usual,
    CAST(NULL AS DOUBLE) AS chance,
    NULL AS heaviest
FROM life
UNION ALL
SELECT customer_id, type, layer,
    CASE WHEN evidence < least_evidence OR holds IS NULL THEN 'unknown'
        WHEN holds THEN 'yes' ELSE 'no' END,
    CASE WHEN evidence >= least_evidence
        THEN depth_weight * (own_weight * depth + (1 - own_weight) * usual_depth)
            + (1 - depth_weight) * shrunk END,
    shown, evidence, least_evidence, own, usual, chance, NULL
FROM disposed
UNION ALL
SELECT customer_id, type, layer,
    CASE WHEN evidence < least_evidence THEN 'unknown' WHEN nps >= 9 THEN 'yes' ELSE 'no' END,
    CASE WHEN evidence >= least_evidence THEN nps / 10 END,
    CASE WHEN nps >= 9 THEN 1 ELSE 0 END, evidence, least_evidence, nps, NULL, NULL, NULL
FROM advocates
UNION ALL
SELECT customer_id, type, layer,
    CASE WHEN evidence < least_evidence THEN 'unknown'
        WHEN score >= 0.3 THEN 'yes' ELSE 'no' END,
    score, shown, evidence, least_evidence, CAST(last_days AS DOUBLE), NULL, NULL, heaviest
FROM moods
