WITH worked AS (
    SELECT DISTINCT
        agent_id, ticket_id,
        began_at AS from_s,
        LEAST(COALESCE(ended_at, {{ as_of_s }}), {{ as_of_s }}) AS until_s
    FROM agent_states
    WHERE state IN ('busy', 'wrap_up') AND ticket_id IS NOT NULL AND began_at <= {{ as_of_s }}
),
edges AS (
    SELECT agent_id, ticket_id, from_s AS at_s, 1 AS step FROM worked
    UNION ALL
    SELECT agent_id, ticket_id, until_s, -1 FROM worked
),
loads AS (
    SELECT
        agent_id, ticket_id, at_s, step,
        SUM(step) OVER (
            PARTITION BY agent_id ORDER BY at_s, ticket_id, step
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS tickets,
        LEAD(at_s) OVER (PARTITION BY agent_id ORDER BY at_s, ticket_id, step) - at_s AS pause_s
    FROM edges
),
-- What one of several tickets gets of each second, added up; 2520 can be shared by up to ten.
shared AS (
    SELECT
        ticket_id, step,
        COALESCE(SUM(CASE
            WHEN tickets > 0 THEN {{ floor_div("2520 * pause_s", "tickets") }} ELSE 0
        END) OVER (
            PARTITION BY agent_id ORDER BY at_s, ticket_id, step
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS shares
    FROM loads
)
SELECT
    ticket_id,
    {{ whole(floor_div("-SUM(step * shares) + 1260", "2520")) }} AS handled_length_s
FROM shared
GROUP BY ticket_id
