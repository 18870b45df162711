{%- set of_persons = "('agent', 'team')" -%}
{%- set in_order = "PARTITION BY ticket_id, name ORDER BY at_s, LENGTH(event_id), event_id" -%}
{#- How urgent a priority is; words that are none of these say nothing. -#}
{%- macro urgency(word) -%}
CASE LOWER({{ word }})
    WHEN 'low' THEN 1 WHEN 'normal' THEN 2 WHEN 'medium' THEN 2 WHEN 'high' THEN 3
    WHEN 'urgent' THEN 4 WHEN 'critical' THEN 4
END
{%- endmacro -%}
WITH given AS (
    SELECT
        ticket_id, name, actor, value,
        at_s AS from_s,
        LAG(value) OVER ({{ in_order }}) AS last_value,
        ROW_NUMBER() OVER ({{ in_order }}) AS nth,
        LEAD(at_s) OVER ({{ in_order }}) AS until_s
    FROM ticket_stories
    WHERE name IN ('team', 'assigned', 'priority') AND at_s <= {{ as_of_s }}
),
dated AS (
    -- What was so when it was first solved, or is so now.
    SELECT
        g.ticket_id, g.name, g.value, g.nth,
        CASE WHEN g.from_s <= COALESCE(c.solved_s, {{ as_of_s }}) THEN 1 ELSE 0 END AS is_told,
        CASE
            WHEN g.from_s > COALESCE(c.solved_s, {{ as_of_s }}) THEN 0
            WHEN g.until_s <= COALESCE(c.solved_s, {{ as_of_s }}) THEN 0
            ELSE 1
        END AS is_then,
        CASE
            WHEN g.name = 'priority' AND g.actor IN {{ of_persons }}
                AND {{ urgency("g.value") }} > {{ urgency("COALESCE(g.last_value, a.priority)") }}
            THEN 1
            ELSE 0
        END AS is_raise
    FROM given g
    JOIN ticket_courses c ON c.ticket_id = g.ticket_id
    JOIN tickets_asked a ON a.ticket_id = g.ticket_id
),
had AS (
    SELECT
        ticket_id,
        MAX(CASE WHEN name = 'team' THEN is_told END) AS tells_team,
        MAX(CASE WHEN name = 'team' AND is_then = 1 THEN value END) AS team,
        MAX(CASE WHEN name = 'assigned' THEN is_told END) AS tells_agent,
        MAX(CASE WHEN name = 'assigned' AND is_then = 1 THEN value END) AS agent_id,
        MAX(CASE WHEN name = 'team' AND nth = 1 THEN value END) AS first_team,
        COUNT(DISTINCT CASE WHEN name = 'team' THEN value END) AS teams,
        MAX(is_raise) AS is_raised
    FROM dated
    GROUP BY ticket_id
),
done AS (
    SELECT
        ticket_id,
        COUNT(DISTINCT CASE WHEN actor IN {{ of_persons }} THEN at_s END) AS actions,
        MAX(CASE WHEN name = 'escalated' THEN 1 ELSE 0 END) AS is_escalated
    FROM ticket_stories
    WHERE at_s <= {{ as_of_s }} AND (actor IN {{ of_persons }} OR name = 'escalated')
    GROUP BY ticket_id
)
SELECT
    a.ticket_id,
    CASE WHEN h.tells_team = 1 THEN h.team ELSE a.team END AS team,
    CASE WHEN h.tells_agent = 1 THEN h.agent_id ELSE a.agent_id END AS agent_id,
    COALESCE(h.first_team, a.team) AS first_team,
    GREATEST(COALESCE(h.teams, 0), CASE WHEN a.team IS NULL THEN 0 ELSE 1 END) AS teams,
    COALESCE(d.actions, 0) AS actions,
    GREATEST(COALESCE(d.is_escalated, 0), COALESCE(h.is_raised, 0)) AS escalated
FROM tickets_asked a
LEFT JOIN had h ON h.ticket_id = a.ticket_id
LEFT JOIN done d ON d.ticket_id = a.ticket_id
