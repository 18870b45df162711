WITH stands AS (
    SELECT
        c.*,
        CASE
            WHEN state = 'none' THEN 'not_counted'
            WHEN state = 'breached' AND ended_s IS NULL THEN 'open_late'
            WHEN state = 'breached' THEN 'late'
            WHEN state = 'met' AND due_s < {{ as_of_s }} THEN 'met'
            ELSE 'not_due'
        END AS outcome
    FROM clock_cycles c
)
SELECT
    ticket_id, clock, level, channel, priority, team, outcome,
    COALESCE(customer_id, 'ticket ' || ticket_id) AS customer,
    CASE
        WHEN outcome = 'not_due' THEN {{ as_of_s }} - 1
        ELSE COALESCE(due_s, started_s)
    END AS at_s
FROM stands
