SELECT
    ticket_id,
    event_id,
    at_s,
    -- At the same instant the creation comes first, then a merge of which nobody says when, for the
    -- closing that it brings resolves nothing; a status of which nobody says when comes last.
    CASE
        WHEN name = 'created' THEN 0
        WHEN event_id = '0 merged' THEN 1
        WHEN event_id = '~status' THEN 3
        ELSE 2
    END AS place,
    CASE
        WHEN name = 'created' AND actor IN ('customer', 'bot') THEN 'ask'
        WHEN name = 'created' THEN 'opening'
        WHEN name = 'customer_message' AND actor = 'automation' THEN 'automation'
        WHEN name = 'customer_message' THEN 'ask'
        WHEN name = 'public_reply' AND actor = 'customer' THEN 'ask'
        WHEN name = 'public_reply' AND actor IN ('bot', 'automation') THEN actor
        WHEN name = 'public_reply' THEN 'reply'
        WHEN name = 'thanks' THEN 'thanks'
        WHEN name = 'handed_over' THEN 'handover'
        WHEN name IN ('merged', 'spam', 'deleted') THEN 'gone'
        WHEN value IN ('spam', 'deleted') THEN 'gone'
        WHEN value IN ('solved', 'closed') THEN 'done'
        ELSE 'status'
    END AS kind,
    CASE
        WHEN name IN ('merged', 'spam', 'deleted') THEN name
        WHEN name = 'created' THEN COALESCE(value, 'new')
        WHEN name = 'status' THEN value
    END AS status,
    name,
    actor
FROM ticket_stories
WHERE at_s <= {{ as_of_s }} AND name IN (
    'created', 'customer_message', 'public_reply', 'thanks', 'handed_over',
    'merged', 'spam', 'deleted', 'status'
)
