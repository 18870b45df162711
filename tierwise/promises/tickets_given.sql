{#- Column of a ticket, and the event that tells its changes. -#}
{%- set told_by = {"channel": "channel", "priority": "priority", "team": "team",
                   "agent_id": "assigned"} -%}
WITH at_creation AS (
    -- Ids are numbered: e9 comes before e10.
    SELECT e.ticket_id, e.name, e.value,
        ROW_NUMBER() OVER (
            PARTITION BY e.ticket_id, e.name ORDER BY e.happened_at, LENGTH(e.event_id), e.event_id
        ) AS place
    FROM ticket_events e
    JOIN tickets t ON t.ticket_id = e.ticket_id
    JOIN tickets_told k ON k.ticket_id = e.ticket_id
    LEFT JOIN retracted_events r ON r.ticket_id = e.ticket_id AND r.event_id = e.event_id
    WHERE e.name IN ('channel', 'priority', 'team', 'assigned') AND r.event_id IS NULL
        AND e.happened_at <= COALESCE(k.created_s, t.created_at)
),
firsts AS (
    SELECT ticket_id
        {%- for column, event in told_by.items() %},
        MAX(CASE WHEN name = '{{ event }}' THEN value END) AS {{ column }}
        {%- endfor %}
    FROM at_creation
    WHERE place = 1
    GROUP BY ticket_id
)
SELECT
    t.ticket_id,
    COALESCE(i.customer_id, t.customer_id) AS customer_id
    {%- for column in told_by %},
    CASE WHEN k.tells_{{ column }} = 1 THEN f.{{ column }} ELSE t.{{ column }} END AS {{ column }}
    {%- endfor %}
FROM tickets t
LEFT JOIN tickets_told k ON k.ticket_id = t.ticket_id
LEFT JOIN firsts f ON f.ticket_id = t.ticket_id
LEFT JOIN identities i ON i.ref = t.customer_id
