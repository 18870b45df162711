SELECT
    ticket_id,
    customer,
    level,
    channel,
    team,
    agent_id,
    category,
    created_s,
    CASE WHEN human_messages = 0 AND handed_over_s IS NULL THEN 1 ELSE 0 END AS is_contained,
    LEAST(again_s, reopened_s) AS again_s
FROM ticket_measures
WHERE is_countable = 1 AND (any_s < human_s OR (any_s IS NOT NULL AND human_s IS NULL))
