WITH known AS (
    SELECT
        s.subscription_id,
        COALESCE(i.customer_id, s.customer_id) AS customer_id,
        s.started_day,
        CASE WHEN s.ended_day <= {{ as_of_day }} THEN s.ended_day END AS ended_day,
        -- Sixteenths of a day: a month of the calendar has 30.4375 days, a year 365.25.
        CASE
            WHEN s.term_days BETWEEN 30 AND 31 THEN 487
            WHEN s.term_days BETWEEN 90 AND 92 THEN 1461
            WHEN s.term_days BETWEEN 180 AND 184 THEN 2922
            WHEN s.term_days BETWEEN 365 AND 366 THEN 5844
            ELSE 16 * s.term_days
        END AS sixteenths,
        {{ converted("s.price_minor") }} AS price_minor
    FROM subscriptions s
    LEFT JOIN daily_rates r ON r.currency = s.currency AND r.day = {{ as_of_day }}
    LEFT JOIN identities i ON i.ref = s.customer_id
    WHERE s.started_day <= {{ as_of_day }}
        AND (s.ended_day IS NULL OR s.ended_day >= s.started_day)
),
counted AS (
    SELECT
        k.*,
        -- Months differ in length: an end up to 3 days late belongs to the decision before it.
        -- Only months and their multiples are no whole days.
        CASE
            WHEN k.ended_day IS NULL
                THEN {{ floor_div("16 * (" ~ as_of_day ~ " - k.started_day)", "k.sixteenths") }}
            ELSE GREATEST(1, {{ floor_div(
                "16 * (k.ended_day - k.started_day) + k.sixteenths - 1"
                ~ " - CASE WHEN k.sixteenths % 16 > 0 THEN 48 ELSE 0 END", "k.sixteenths") }})
        END AS renewals
    FROM known k
)
SELECT
    subscription_id,
    customer_id,
    {{ ratio("sixteenths", "16") }} AS term_days,
    {{ whole("renewals") }} AS renewals,
    {{ whole("CASE WHEN ended_day IS NULL THEN 0 ELSE 1 END") }} AS ended,
    {{ whole("CASE WHEN ended_day IS NULL THEN started_day - " ~ as_of_day ~ " + "
             ~ floor_div("(renewals + 1) * sixteenths + 15", "16") ~ " END") }} AS days_left,
    {{ whole("CASE WHEN ended_day IS NULL THEN price_minor END") }} AS price_minor
FROM counted
