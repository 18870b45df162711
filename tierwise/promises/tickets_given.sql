{#- Column of a ticket, and the event that tells its changes. -#}
{%- set told_by = {"channel": "channel", "priority": "priority", "team": "team",
                   "agent_id": "assigned"} -%}
WITH creations AS (
    SELECT ticket_id, MIN(at_s) AS created_s FROM ticket_stories
    WHERE name = 'created'
    GROUP BY ticket_id
),
named AS (
    -- Ids are numbered: e9 comes before e10.
    SELECT ticket_id, name, value, at_s,
        ROW_NUMBER() OVER (
            PARTITION BY ticket_id, name ORDER BY at_s, LENGTH(event_id), event_id
        ) AS place
    FROM ticket_stories
    WHERE name IN ('channel', 'priority', 'team', 'assigned')
),
firsts AS (
    SELECT n.ticket_id
        {%- for column, event in told_by.items() %},
        MAX(CASE WHEN n.name = '{{ event }}' THEN 1 ELSE 0 END) AS tells_{{ column }},
        MAX(CASE WHEN n.name = '{{ event }}' AND n.at_s <= c.created_s THEN n.value END)
            AS {{ column }}
        {%- endfor %}
    FROM named n
    JOIN creations c ON c.ticket_id = n.ticket_id
    WHERE n.place = 1
    GROUP BY n.ticket_id
)
SELECT
    t.ticket_id,
    COALESCE(i.customer_id, t.customer_id) AS customer_id
    {%- for column in told_by %},
    CASE WHEN f.tells_{{ column }} = 1 THEN f.{{ column }} ELSE t.{{ column }} END AS {{ column }}
    {%- endfor %}
FROM tickets t
LEFT JOIN firsts f ON f.ticket_id = t.ticket_id
LEFT JOIN identities i ON i.ref = t.customer_id
