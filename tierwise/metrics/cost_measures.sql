{#- A number for each month. Years are taken from March on, so that a leap day is the last of four
    years, and months from March on begin after (153 m + 2) / 5 days, rounded up or down as the
    months of 31 and 30 days alternate. Day 0 here is 1968-03-01; right until February 2100. -#}
{%- macro month_of(day) -%}
{%- set in_cycle = "((" ~ day ~ ") + 671) % 1461" -%}
{%- set year = "LEAST(3, " ~ floor_div(in_cycle, "365") ~ ")" -%}
{%- set in_year = "(" ~ in_cycle ~ " - 365 * " ~ year ~ ")" -%}
48 * {{ floor_div("(" ~ day ~ ") + 671", "1461") }} + 12 * {{ year }}
    + {{ floor_div("5 * " ~ in_year ~ " + 2", "153") }}
{%- endmacro -%}
{%- set last_s = as_of_s - 1 -%}
WITH today AS (
    SELECT COALESCE(MAX(day), {{ floor_div(last_s, 86400) }}) AS day
    FROM local_days
    WHERE quarter = {{ floor_div(last_s, 900) }}
),
spent AS (
    -- A cost may be taken back by a negative one; both are converted alike.
    SELECT
        c.cost_id, c.ticket_id, c.customer_id, c.team, c.day,
        {{ month_of("c.day") }} AS month,
        CASE WHEN c.amount_minor < 0 THEN -1 ELSE 1 END * ({{ converted("ABS(c.amount_minor)") }})
            AS amount,
        CASE WHEN c.ticket_id IS NULL AND c.customer_id IS NULL AND c.team IS NOT NULL THEN 1
            ELSE 0 END AS is_shared
    FROM costs c
    JOIN daily_rates r ON r.currency = c.currency AND r.day = c.day
    CROSS JOIN today n
    WHERE c.day <= n.day
),
dated AS (
    SELECT t.ticket_id, t.team, t.touches, t.handled_length_s,
        COALESCE(d.day, {{ floor_div("t.solved_s", 86400) }}) AS day
    FROM ticket_measures t
    LEFT JOIN local_days d ON d.quarter = {{ floor_div("t.solved_s", 900) }}
    WHERE t.is_countable = 1 AND t.solved_s IS NOT NULL
),
solved AS (
    SELECT d.*, {{ month_of("d.day") }} AS month FROM dated d
),
known AS (
    SELECT
        team, month,
        {{ whole("COALESCE(SUM(handled_length_s), 0)") }} AS length_s,
        COUNT(handled_length_s) AS tickets,
        {{ whole("SUM(CASE WHEN handled_length_s IS NULL THEN 0 ELSE touches END)") }} AS touches
    FROM solved
    WHERE team IS NOT NULL
    GROUP BY team, month
),
weighed AS (
    -- Where the time of some is not known, their touches count at the pace of the others.
    SELECT
        s.ticket_id, s.team, s.month, s.day,
        CASE
            WHEN k.length_s = 0 THEN s.touches
            WHEN s.handled_length_s IS NOT NULL THEN s.handled_length_s
            WHEN k.touches > 0 THEN {{ floor_div("s.touches * k.length_s", "k.touches") }}
            ELSE {{ floor_div("s.touches * k.length_s", "k.tickets") }}
        END AS weight
    FROM solved s
    JOIN known k ON k.team = s.team AND k.month = s.month
),
totals AS (
    SELECT team, month, {{ whole("SUM(weight)") }} AS weight, COUNT(*) AS tickets
    FROM weighed
    GROUP BY team, month
),
bills AS (
    -- All of a team in a month together: each ticket has one part of them.
    SELECT team, month, MIN(cost_id) AS cost_id, CAST(SUM(amount) AS DOUBLE) AS amount
    FROM spent
    WHERE is_shared = 1
    GROUP BY team, month
),
parts AS (
    SELECT cost_id, ticket_id, customer_id, team, day, CAST(amount AS DOUBLE) AS amount
    FROM spent
    WHERE is_shared = 0
    UNION ALL
    SELECT s.cost_id, NULL, NULL, s.team, s.day, CAST(s.amount AS DOUBLE)
    FROM spent s
    LEFT JOIN totals o ON o.team = s.team AND o.month = s.month
    WHERE s.is_shared = 1 AND o.team IS NULL
    UNION ALL
    -- A month's bills belong to the days on which its work was done, not to those of the bills.
    SELECT b.cost_id, w.ticket_id, NULL, w.team, w.day,
        b.amount * CASE
            WHEN o.weight > 0 THEN {{ ratio("w.weight", "o.weight") }}
            ELSE {{ ratio("1", "o.tickets") }}
        END
    FROM bills b
    JOIN totals o ON o.team = b.team AND o.month = b.month
    JOIN weighed w ON w.team = b.team AND w.month = b.month
),
named AS (
    SELECT p.*, COALESCE(i.customer_id, p.customer_id) AS served
    FROM parts p
    LEFT JOIN identities i ON i.ref = p.customer_id
)
SELECT
    p.cost_id,
    p.ticket_id,
    COALESCE(t.customer, p.served, 'ticket ' || p.ticket_id, 'cost ' || p.cost_id) AS customer,
    COALESCE(t.level, l.level, CASE WHEN p.served IS NOT NULL THEN '{{ floor }}' END) AS level,
    t.channel,
    COALESCE(p.team, t.team) AS team,
    t.agent_id,
    t.category,
    p.day,
    p.amount
FROM named p
LEFT JOIN ticket_measures t ON t.ticket_id = p.ticket_id
-- A cost knows its day alone: the level is that of noon.
LEFT JOIN level_spans l
    ON l.customer_id = p.served
    AND l.from_s <= 86400 * {{ whole("p.day") }} + 43200
    AND 86400 * {{ whole("p.day") }} + 43200 < l.until_s
