WITH states AS (
    SELECT DISTINCT
        agent_id, channel, state,
        began_at AS from_s,
        LEAST(COALESCE(ended_at, {{ as_of_s }}), {{ as_of_s }}) AS until_s
    FROM agent_states
    WHERE state <> 'offline' AND began_at <= {{ as_of_s }}
),
midnights AS (
    SELECT MIN(900 * quarter) AS at_s FROM local_days GROUP BY day
),
edges AS (
    SELECT agent_id, state, from_s AS at_s, 1 AS step FROM states
    UNION ALL
    SELECT agent_id, state, until_s, -1 FROM states
    UNION ALL
    -- Time is cut at midnight.
    SELECT a.agent_id, 'midnight', m.at_s, 0
    FROM (
        SELECT agent_id, MIN(from_s) AS first_s, MAX(until_s) AS last_s FROM states
        GROUP BY agent_id
    ) a
    CROSS JOIN midnights m
    WHERE m.at_s > a.first_s AND m.at_s < a.last_s
),
stretches AS (
    SELECT
        agent_id, at_s,
        LEAD(at_s) OVER (PARTITION BY agent_id ORDER BY at_s, state, step) - at_s AS length_s,
        SUM(step) OVER (
            PARTITION BY agent_id ORDER BY at_s, state, step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS paid,
        SUM(CASE WHEN state IN ('busy', 'wrap_up') THEN step ELSE 0 END) OVER (
            PARTITION BY agent_id ORDER BY at_s, state, step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS handling,
        SUM(CASE WHEN state = 'online' THEN step ELSE 0 END) OVER (
            PARTITION BY agent_id ORDER BY at_s, state, step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS available
    FROM edges
),
holders AS (
    SELECT
        ticket_id, value AS agent_id,
        at_s AS from_s,
        COALESCE(LEAD(at_s) OVER (
            PARTITION BY ticket_id ORDER BY at_s, LENGTH(event_id), event_id
        ), {{ as_of_s }} + 1) AS until_s
    FROM ticket_stories
    WHERE name = 'assigned' AND at_s <= {{ as_of_s }}
),
-- A message of a merged ticket that came to another one is not written twice.
replies AS (
    SELECT DISTINCT t.ticket_id, t.event_id, t.at_s, e.actor_id
    FROM ticket_talk t
    JOIN ticket_events e ON e.ticket_id = t.ticket_id AND e.event_id = t.event_id
    WHERE t.kind = 'reply'
),
written AS (
    -- Where nobody says who wrote it: who had the ticket then.
    SELECT COALESCE(r.actor_id, h.agent_id, m.agent_id) AS agent_id, r.at_s
    FROM replies r
    JOIN ticket_measures m ON m.ticket_id = r.ticket_id
    LEFT JOIN holders h
        ON h.ticket_id = r.ticket_id AND h.from_s <= r.at_s AND r.at_s < h.until_s
),
deeds AS (
    SELECT
        agent_id, at_s,
        CASE WHEN handling > 0 THEN length_s ELSE 0 END AS handling_length_s,
        CASE WHEN handling = 0 AND available > 0 THEN length_s ELSE 0 END AS available_length_s,
        length_s AS paid_length_s,
        0 AS messages,
        0 AS solves
    FROM stretches
    WHERE paid > 0 AND length_s > 0
    UNION ALL
    SELECT agent_id, at_s, 0, 0, 0, 1, 0 FROM written
    UNION ALL
    SELECT agent_id, solved_s, 0, 0, 0, 0, 1 FROM ticket_measures
    WHERE is_countable = 1 AND solved_s IS NOT NULL
)
SELECT
    d.agent_id,
    l.day,
    d.agent_id AS customer,
    CAST(NULL AS STRING) AS level,
    CAST(NULL AS STRING) AS channel,
    MAX(a.team) AS team,
    CAST(NULL AS STRING) AS category,
    {{ whole("SUM(d.handling_length_s)") }} AS handling_length_s,
    {{ whole("SUM(d.available_length_s)") }} AS available_length_s,
    {{ whole("SUM(d.paid_length_s)") }} AS paid_length_s,
    {{ whole("SUM(d.messages)") }} AS messages,
    {{ whole("SUM(d.solves)") }} AS solves
FROM deeds d
JOIN local_days l ON l.quarter = {{ floor_div("d.at_s", "900") }}
LEFT JOIN agents a ON a.agent_id = d.agent_id
WHERE d.agent_id IS NOT NULL
GROUP BY d.agent_id, l.day
