WITH told AS (
    SELECT
        ticket_id, status, actor, at_s,
        CASE WHEN status IN ('merged', 'spam', 'deleted') THEN 1 ELSE 0 END AS is_gone,
        CASE WHEN status IN ('solved', 'closed') THEN 1 ELSE 0 END AS is_done,
        place, event_id
    FROM ticket_talk
    WHERE name IN ('created', 'status', 'merged', 'spam', 'deleted') AND status IS NOT NULL
),
followed AS (
    SELECT
        ticket_id, event_id, place, status, actor, at_s, is_gone, is_done,
        ROW_NUMBER() OVER (
            PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id
        ) AS number,
        LAG(is_done) OVER (
            PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id
        ) AS was_done,
        LEAD(at_s) OVER (
            PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id
        ) AS until_s,
        SUM(is_gone) OVER (
            PARTITION BY ticket_id ORDER BY at_s, place, LENGTH(event_id), event_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - is_gone AS was_gone
    FROM told
)
SELECT
    ticket_id,
    number,
    status,
    actor,
    at_s AS from_s,
    CASE WHEN is_gone = 0 THEN until_s END AS until_s,
    CASE
        WHEN is_gone = 1 THEN 'gone'
        WHEN was_done IS NULL AND is_done = 1 THEN 'logged'
        WHEN was_done IS NULL THEN 'opened'
        WHEN was_done < is_done THEN 'done'
        WHEN was_done > is_done THEN 'reopened'
    END AS turn,
    place,
    event_id
FROM followed
WHERE was_gone = 0
