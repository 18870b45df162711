-- The work of a whole run as one script by hand: for the facts of made_facts.py and the policy
-- of the preset `three-levels`, without any generality that those do not need.
CREATE TABLE day_rates AS
SELECT 'EUR' AS currency, day, 1 AS numerator, 1 AS denominator
FROM range({first_day}, {as_of_day} + 1) AS days(day)
UNION ALL
SELECT r.currency, d.day, r.rate_ppm, 1000000
FROM range({first_day}, {as_of_day} + 1) AS d(day)
ASOF JOIN read_parquet('{rates}') AS r ON d.day >= r.day;

CREATE TABLE identities AS
WITH owners AS (
    SELECT email, min(customer_id) AS person_id, min(name) AS name
    FROM read_parquet('{customers}') GROUP BY email
)
SELECT c.customer_id AS ref, o.person_id AS customer_id, o.name
FROM read_parquet('{customers}') AS c JOIN owners AS o USING (email)
UNION ALL
SELECT 'email:' || email, person_id, name FROM owners;

CREATE TABLE order_history AS
WITH counted AS (
    SELECT coalesce(i.customer_id, o.customer_id) AS customer_id, o.placed_day,
        CASE WHEN o.kind = 'purchase' THEN o.placed_day END AS bought_day,
        (2 * o.total_minor * r.numerator + r.denominator) // (2 * r.denominator) AS gross,
        (2 * o.refunded_minor * r.numerator + r.denominator) // (2 * r.denominator) AS refunded
    FROM read_parquet('{orders}') AS o
    JOIN day_rates AS r ON r.currency = o.currency AND r.day = o.placed_day
    LEFT JOIN identities AS i ON i.ref = o.customer_id
    WHERE o.state = 'paid' AND o.customer_id IS NOT NULL AND o.placed_day <= {as_of_day}
)
SELECT customer_id, count(bought_day) AS orders, {occasions} AS occasions,
    min(bought_day) AS first_day, max(bought_day) AS last_day,
    sum(gross)::BIGINT AS gross_minor, sum(refunded)::BIGINT AS refunded_minor,
    (sum(gross) - sum(refunded))::BIGINT AS ltv_minor,
    count(*) FILTER (bought_day > {as_of_day} - 90) AS orders_90d,
    coalesce(sum(gross - refunded) FILTER (placed_day > {as_of_day} - 365), 0)::BIGINT
        AS ltv_365d_minor
FROM counted GROUP BY customer_id;

CREATE TABLE rfm_scores AS
WITH fifths AS (
    SELECT customer_id, occasions,
        1 + 5 * (rank() OVER (ORDER BY last_day) - 1) // count(*) OVER () AS rfm_r,
        1 + 5 * (rank() OVER (ORDER BY occasions) - 1) // count(*) OVER () AS fifth,
        1 + 5 * (rank() OVER (ORDER BY ltv_minor) - 1) // count(*) OVER () AS rfm_m
    FROM order_history WHERE orders > 0
)
SELECT customer_id, rfm_r, rfm_m,
    CASE WHEN (SELECT count(DISTINCT fifth) FROM fifths) = 5 THEN fifth
        WHEN occasions <= 3 THEN occasions WHEN occasions <= 5 THEN 4 ELSE 5 END AS rfm_f
FROM fifths;

CREATE TABLE standings AS
WITH everyone AS (
    SELECT DISTINCT customer_id FROM identities UNION SELECT customer_id FROM order_history
),
placed AS (
    SELECT *, 100.0 * (1.0 - (rank() OVER (ORDER BY ltv_minor DESC) - 1 + 0.001)
        / count(*) OVER ()) AS ltv_percentile
    FROM order_history
)
SELECT e.customer_id, p.ltv_percentile, p.ltv_minor, coalesce(p.orders, 0) AS orders,
    coalesce(p.occasions, 0) AS occasions, coalesce(p.refunded_minor, 0) AS refunded_minor,
    p.ltv_minor / nullif(p.occasions, 0) AS average_order_minor,
    {as_of_day} - p.last_day AS recency_days, {as_of_day} - p.first_day AS tenure_days,
    (p.last_day - p.first_day) / nullif(p.occasions - 1, 0) AS gap_days,
    coalesce(p.orders_90d, 0) AS orders_90d, coalesce(p.ltv_365d_minor, 0) AS ltv_365d_minor,
    s.rfm_r, s.rfm_f, s.rfm_m, coalesce(g.name, 'Prospects') AS rfm_group
FROM everyone AS e
LEFT JOIN placed AS p USING (customer_id)
LEFT JOIN rfm_scores AS s USING (customer_id)
LEFT JOIN groups AS g ON g.r = s.rfm_r AND g.f = s.rfm_f AND g.m = s.rfm_m;

CREATE TABLE decisions AS
SELECT customer_id, NULL AS level_from, level AS deserved, level AS level_to, 'new' AS change,
    'rule' AS ground, 1 AS confirmed_runs
FROM (
    SELECT customer_id, CASE WHEN ltv_percentile >= 90 THEN 'premium'
        WHEN rfm_group IN ('Top Customers', 'Loyal Customers', 'High Potentials') THEN 'plus'
        ELSE 'standard' END AS level
    FROM standings
);
COPY identities TO '{folder}/identities.parquet' (COMPRESSION zstd);
COPY order_history TO '{folder}/order_history.parquet' (COMPRESSION zstd);
COPY rfm_scores TO '{folder}/rfm_scores.parquet' (COMPRESSION zstd);
COPY standings TO '{folder}/standings.parquet' (COMPRESSION zstd);
COPY decisions TO '{folder}/decisions.parquet' (COMPRESSION zstd);
