{%- set live = "'chat', 'phone', 'messaging', 'call', 'voice', 'video'" -%}
{%- macro length_in(status) -%}
{{ whole("COALESCE(SUM(CASE WHEN status = '" ~ status ~ "' THEN COALESCE(until_s, " ~ as_of_s
    ~ ") - from_s END), 0)") }} AS {{ status }}_length_s
{%- endmacro -%}
WITH stood AS (
    SELECT
        ticket_id,
        MIN(from_s) AS created_s,
        MAX(CASE WHEN number = 1 THEN actor END) AS opener,
        COUNT(CASE WHEN turn IN ('done', 'logged') THEN 1 END) AS solves,
        COUNT(CASE WHEN turn = 'reopened' THEN 1 END) AS openings,
        MIN(CASE WHEN turn IN ('done', 'logged') THEN from_s END) AS solved_s,
        MAX(CASE WHEN turn IN ('done', 'logged') THEN from_s END) AS last_solved_s,
        MIN(CASE WHEN turn = 'gone' THEN from_s END) AS gone_s,
        MIN(CASE WHEN turn = 'gone' THEN status END) AS gone_as,
        {{ length_in("new") }},
        {{ length_in("open") }},
        {{ length_in("pending") }},
        {{ length_in("hold") }}
    FROM status_spans
    GROUP BY ticket_id
)
SELECT
    s.ticket_id,
    CASE
        WHEN s.opener IN ('customer', 'bot') THEN 'customer'
        WHEN s.opener = 'automation' THEN 'automation'
        ELSE 'agent'
    END AS opened_by,
    CASE WHEN s.gone_s IS NULL AND s.opener <> 'automation' THEN 1 ELSE 0 END AS is_countable,
    CASE WHEN LOWER(a.channel) IN ({{ live }}) THEN 1 ELSE 0 END AS is_live,
    s.created_s,
    s.solved_s,
    CASE WHEN s.solves > s.openings THEN s.last_solved_s END AS full_s,
    s.gone_s,
    s.gone_as,
    s.solves,
    s.new_length_s,
    s.open_length_s,
    s.pending_length_s,
    s.hold_length_s
FROM tickets_asked a
JOIN stood s ON s.ticket_id = a.ticket_id
