SELECT
    ticket_id,
    'ticket' AS clock,
    level,
    MAX(channel) AS channel,
    MAX(priority) AS priority,
    MAX(team) AS team,
    CASE
        WHEN MAX(CASE WHEN outcome = 'open_late' THEN 1 ELSE 0 END) = 1 THEN 'open_late'
        WHEN MAX(CASE WHEN outcome = 'late' THEN 1 ELSE 0 END) = 1 THEN 'late'
        WHEN MAX(CASE WHEN outcome = 'not_due' THEN 1 ELSE 0 END) = 1 THEN 'not_due'
        WHEN MAX(CASE WHEN outcome = 'met' THEN 1 ELSE 0 END) = 1 THEN 'met'
        ELSE 'not_counted'
    END AS outcome,
    MAX(customer) AS customer,
    MAX(at_s) AS at_s
FROM cycle_outcomes
GROUP BY level, ticket_id
