{#- 1 + the whole fifths of all customers that have a lower value. -#}
{%- macro fifth(customers, value) -%}
1 + {{ floor_div("5 * (SUM(" ~ customers ~ ") OVER (ORDER BY " ~ value ~ ") - " ~ customers ~ ")",
                 "e.customers") }}
{%- endmacro -%}
WITH buyers AS (
    SELECT customer_id, last_day, occasions, ltv_minor FROM order_history WHERE orders > 0
),
everyone AS (
    SELECT COUNT(*) AS customers FROM buyers
),
days AS (
    SELECT last_day, COUNT(*) AS customers FROM buyers GROUP BY last_day
),
recency AS (
    SELECT d.last_day,
        {{ fifth("d.customers", "d.last_day") }} AS score
    FROM days d CROSS JOIN everyone e
),
counts AS (
    SELECT occasions, COUNT(*) AS customers FROM buyers GROUP BY occasions
),
frequency_fifths AS (
    SELECT c.occasions,
        {{ fifth("c.customers", "c.occasions") }} AS score
    FROM counts c CROSS JOIN everyone e
),
frequency_scores AS (
    SELECT COUNT(DISTINCT score) AS scores FROM frequency_fifths
),
frequency AS (
    SELECT f.occasions, s.scores < 5 AS fixed_cuts,
        CASE
            WHEN s.scores >= 5 THEN f.score
            WHEN f.occasions <= 3 THEN f.occasions
            WHEN f.occasions <= 5 THEN 4
            ELSE 5
        END AS score
    FROM frequency_fifths f CROSS JOIN frequency_scores s
),
amounts AS (
    SELECT ltv_minor, COUNT(*) AS customers FROM buyers GROUP BY ltv_minor
),
money AS (
    SELECT a.ltv_minor,
        {{ fifth("a.customers", "a.ltv_minor") }} AS score
    FROM amounts a CROSS JOIN everyone e
)
SELECT
    b.customer_id,
    {{ whole("r.score") }} AS rfm_r,
    {{ whole("f.score") }} AS rfm_f,
    {{ whole("m.score") }} AS rfm_m,
    f.fixed_cuts
FROM buyers b
JOIN recency r ON r.last_day = b.last_day
JOIN frequency f ON f.occasions = b.occasions
JOIN money m ON m.ltv_minor = b.ltv_minor
