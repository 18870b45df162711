{%- set minute = 60 -%}
{%- macro apart(one, other) -%}
COALESCE(ABS({{ one }} - {{ other }}), CASE WHEN {{ one }} IS NULL AND {{ other }} IS NULL THEN 0 END)
{%- endmacro -%}
WITH told AS (
    SELECT DISTINCT ticket_id FROM landed_ticket_metric_event
),
desk_tickets AS (
    SELECT id AS ticket_id FROM landed_ticket
    UNION
    SELECT ticket_id FROM told
),
ours AS (
    SELECT c.*, z.opens_s
    FROM clock_cycles c
    JOIN desk_tickets t ON t.ticket_id = c.ticket_id
    LEFT JOIN closing_times z ON z.calendar = c.calendar AND z.closes_s = c.due_s
    WHERE c.clock IN ({{ comparable }})
),
theirs AS (
    SELECT * FROM desk_clocks WHERE clock IN ({{ comparable }})
),
paired AS (
    SELECT
        COALESCE(o.ticket_id, d.ticket_id) AS ticket_id,
        COALESCE(o.clock, d.clock) AS clock,
        COALESCE(o.cycle, d.cycle) AS cycle,
        CASE WHEN o.ticket_id IS NULL THEN 0 ELSE 1 END AS is_here,
        CASE WHEN d.ticket_id IS NULL THEN 0 ELSE 1 END AS is_there,
        CASE WHEN o.state <> 'none' THEN 1 ELSE 0 END AS is_promised,
        CASE WHEN o.state = 'breached' THEN 1 ELSE 0 END AS is_late,
        CASE WHEN d.breached_s IS NULL THEN 0 ELSE 1 END AS is_late_there,
        o.state, o.level, o.calendar, o.started_s, o.ended_s, o.target_s, o.due_s, o.elapsed_s,
        o.noticed_s, o.opens_s, COALESCE(o.hold_s, 0) + COALESCE(o.customer_s, 0) AS still_s,
        d.started_s AS their_started_s, d.ended_s AS their_ended_s, d.target_s AS their_target_s,
        d.is_business AS their_is_business, d.breached_s AS their_breached_s,
        d.used_min AS their_used_min, d.desk_policy AS their_desk_policy,
        d.applied_s, COALESCE(d.was_paused, 0) AS was_paused, COALESCE(d.was_deleted, 0) AS was_deleted
    FROM ours o
    FULL JOIN theirs d ON d.ticket_id = o.ticket_id AND d.clock = o.clock AND d.cycle = o.cycle
    WHERE o.state <> 'none' OR d.target_s IS NOT NULL
),
measured AS (
    SELECT p.*,
        {{ apart("ended_s", "their_ended_s") }} AS ends_apart_s,
        {{ apart("started_s", "their_started_s") }} AS starts_apart_s,
        -- Nobody could see a breach before the terms that made it one, and to a clock the closing
        -- of a calendar is its next opening.
        LEAST(
            ABS(their_breached_s - due_s),
            ABS(their_breached_s - COALESCE(noticed_s, due_s)),
            ABS(their_breached_s - COALESCE(opens_s, due_s))
        ) AS dues_apart_s,
        CASE WHEN z.calendar IS NULL THEN 0 ELSE 1 END AS is_business,
        CASE WHEN a.ticket_id IS NULL THEN 0 ELSE 1 END AS is_counted,
        CASE WHEN t.ticket_id IS NULL THEN 0 ELSE 1 END AS is_told
    FROM paired p
    LEFT JOIN (SELECT DISTINCT calendar FROM closing_times) z ON z.calendar = p.calendar
    LEFT JOIN tickets_asked a ON a.ticket_id = p.ticket_id
    LEFT JOIN told t ON t.ticket_id = p.ticket_id
),
judged AS (
    SELECT m.*,
        CASE WHEN ends_apart_s < {{ minute }} THEN 1 ELSE 0 END AS ends_agree,
        CASE
            WHEN is_late = 0 AND is_late_there = 0 THEN 1
            WHEN is_late = 1 AND is_late_there = 1 AND dues_apart_s < {{ minute }} THEN 1
            -- A minute more or less decides whether it is late.
            WHEN is_late <> is_late_there AND target_s = their_target_s
                AND ABS(elapsed_s - target_s) < {{ minute }} THEN 1
            ELSE 0
        END AS lates_agree
    FROM measured m
),
named AS (
    SELECT j.*,
        CASE
            WHEN is_counted = 0 THEN 'unknown_here'
            WHEN is_told = 0 THEN 'no_history'
            WHEN is_here = 0 AND their_started_s > {{ as_of_s }} THEN 'no_history'
            WHEN is_here = 0 AND clock IN ({{ counted }}) THEN 'other_cycles'
            WHEN is_promised = 0 THEN 'no_promise'
            WHEN is_there = 0 AND started_s > {{ until_s }} THEN 'no_history'
            WHEN is_there = 0 THEN 'other_cycles'
            WHEN their_target_s IS NULL THEN 'no_sla'
            WHEN ends_agree = 1 AND lates_agree = 1 AND is_late = is_late_there
                AND ends_apart_s = 0 AND COALESCE(dues_apart_s, 0) = 0 THEN 'same'
            WHEN ends_agree = 1 AND lates_agree = 1 THEN 'rounding'
            WHEN their_started_s IS NULL OR ended_s > {{ until_s }}
                OR their_ended_s > {{ as_of_s }} OR their_breached_s > {{ as_of_s }}
                OR (is_late = 1 AND is_late_there = 0 AND due_s > {{ until_s }}) THEN 'no_history'
            WHEN is_late = 1 AND is_late_there = 0 AND was_deleted = 1 THEN 'deleted'
            -- Desks do not date breaches back.
            WHEN is_late = 1 AND lates_agree = 0 AND applied_s > due_s THEN 'applied_late'
            WHEN lates_agree = 0 AND ABS(target_s - their_target_s) >= {{ minute }}
                THEN 'other_target'
            WHEN lates_agree = 0 AND is_business <> their_is_business THEN 'other_hours'
            WHEN starts_apart_s >= {{ minute }} THEN 'other_start'
            WHEN ends_agree = 0 AND is_late + is_late_there < 2 THEN 'other_end'
            WHEN lates_agree = 1 THEN 'other_end'
            WHEN was_paused = 1 OR (clock IN ({{ pausing }}) AND (is_late = 0 OR still_s > 0))
                THEN 'paused'
            ELSE 'other_hours'
        END AS cause
    FROM judged j
)
SELECT
    ticket_id, clock, cycle, cause,
    COALESCE(started_s, their_started_s, their_ended_s, their_breached_s, {{ until_s }}) AS at_s,
    state, level, calendar, started_s, ended_s, target_s, due_s, elapsed_s,
    their_started_s, their_ended_s, their_target_s, their_is_business, their_breached_s,
    their_used_min, their_desk_policy
FROM named
