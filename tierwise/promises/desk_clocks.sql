{%- set key = "ticket_id, metric, instance_id" -%}
WITH events AS (
    -- What belongs to no cycle measures the whole ticket.
    SELECT * FROM landed_ticket_metric_event WHERE instance_id > 0 AND time IS NOT NULL
),
cycles AS (
    SELECT {{ key }},
        MIN(CASE WHEN type = 'activate' THEN time END) AS started_s,
        MAX(CASE WHEN type = 'activate' THEN time END) AS last_started_s,
        MAX(CASE WHEN type = 'fulfill' THEN time END) AS fulfilled_s,
        MAX(CASE WHEN type = 'pause' THEN 1 ELSE 0 END) AS was_paused,
        MAX(calendar_min) AS calendar_min,
        MAX(business_min) AS business_min
    FROM events
    WHERE NOT deleted
    GROUP BY {{ key }}
),
applied AS (
    -- Ids are numbers: 10 comes after 9.
    SELECT {{ key }}, target_s, business_hours, policy_title, time AS applied_s,
        ROW_NUMBER() OVER (
            PARTITION BY {{ key }} ORDER BY time DESC, LENGTH(id) DESC, id DESC
        ) AS place
    FROM events
    WHERE type IN ('apply_sla', 'apply_group_sla') AND NOT deleted
),
breaches AS (
    -- An event that was taken back once stays so, in whatever order its copies came.
    SELECT {{ key }}, id, MAX(time) AS at_s, MAX(CASE WHEN deleted THEN 1 ELSE 0 END) AS is_deleted
    FROM events
    WHERE type = 'breach'
    GROUP BY {{ key }}, id
),
breached AS (
    -- After a change of targets there may be more than one: the last is by what counts now.
    SELECT {{ key }},
        MAX(CASE WHEN is_deleted = 0 THEN at_s END) AS breached_s,
        MAX(is_deleted) AS was_deleted
    FROM breaches
    GROUP BY {{ key }}
)
SELECT
    c.ticket_id,
    CASE c.metric
        WHEN 'reply_time' THEN
            CASE WHEN c.instance_id = 1 THEN 'first_response' ELSE 'next_response' END
        WHEN 'requester_wait_time' THEN 'requester_wait'
        WHEN 'agent_work_time' THEN 'agent_work'
        WHEN 'periodic_update_time' THEN 'periodic_update'
        WHEN 'pausable_update_time' THEN 'pausable_update'
        WHEN 'resolution_time' THEN 'resolution'
        WHEN 'group_ownership_time' THEN 'team_ownership'
        ELSE c.metric
    END AS clock,
    c.instance_id - CASE WHEN c.metric = 'reply_time' AND c.instance_id > 1 THEN 1 ELSE 0 END
        AS cycle,
    c.started_s,
    -- A clock that goes on after its end is open again.
    CASE WHEN c.last_started_s > c.fulfilled_s THEN NULL ELSE c.fulfilled_s END AS ended_s,
    a.target_s,
    CASE WHEN a.target_s IS NULL THEN NULL WHEN a.business_hours THEN 1 ELSE 0 END AS is_business,
    b.breached_s,
    CASE WHEN a.business_hours THEN c.business_min ELSE c.calendar_min END AS used_min,
    a.policy_title AS desk_policy,
    a.applied_s,
    c.was_paused,
    COALESCE(b.was_deleted, 0) AS was_deleted
FROM cycles c
LEFT JOIN applied a
    ON a.ticket_id = c.ticket_id AND a.metric = c.metric AND a.instance_id = c.instance_id
    AND a.place = 1
LEFT JOIN breached b
    ON b.ticket_id = c.ticket_id AND b.metric = c.metric AND b.instance_id = c.instance_id
