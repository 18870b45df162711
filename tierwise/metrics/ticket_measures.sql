WITH reopened AS (
    SELECT
        ticket_id,
        COUNT(CASE WHEN is_courtesy = 0 THEN 1 END) AS reopens,
        COUNT(CASE WHEN is_courtesy = 1 THEN 1 END) AS courtesy_reopens,
        MIN(CASE WHEN is_courtesy = 0 THEN from_s END) AS reopened_s
    FROM ticket_reopenings
    GROUP BY ticket_id
)
SELECT
    c.ticket_id,
    COALESCE(a.customer_id, 'ticket ' || c.ticket_id) AS customer,
    a.level,
    a.channel,
    d.team,
    d.agent_id,
    t.category,
    a.priority,
    c.opened_by,
    c.is_countable,
    c.created_s,
    s.asked_s,
    s.human_s,
    s.any_s,
    s.handed_over_s,
    s.after_handover_s,
    c.solved_s,
    c.full_s,
    c.gone_s,
    c.gone_as,
    c.solves,
    COALESCE(o.reopens, 0) AS reopens,
    COALESCE(o.courtesy_reopens, 0) AS courtesy_reopens,
    o.reopened_s,
    s.human_messages,
    s.customer_messages,
    s.bot_messages,
    d.actions,
    s.touches,
    s.contacts,
    s.touches_to_solve,
    s.asks_after_answer,
    d.teams,
    d.first_team,
    p.team AS level_team,
    d.escalated,
    c.new_length_s,
    c.open_length_s,
    c.pending_length_s,
    c.hold_length_s,
    COALESCE(i.opens_issue, 0) AS opens_issue,
    i.again_s,
    i.again_channel,
    COALESCE(i.other_channel_before, 0) AS other_channel_before,
    i.next_s,
    h.handled_length_s
FROM ticket_courses c
JOIN tickets_asked a ON a.ticket_id = c.ticket_id
JOIN tickets t ON t.ticket_id = c.ticket_id
JOIN ticket_answers s ON s.ticket_id = c.ticket_id
JOIN ticket_deeds d ON d.ticket_id = c.ticket_id
LEFT JOIN reopened o ON o.ticket_id = c.ticket_id
LEFT JOIN ticket_issues i ON i.ticket_id = c.ticket_id
LEFT JOIN ticket_handling h ON h.ticket_id = c.ticket_id
LEFT JOIN level_teams p ON p.level = a.level
