{%- macro money(payments) -%}
{{ whole("FLOOR(SUM(s.price_minor * p." ~ payments ~ ") + 0.5)") }}
{%- endmacro -%}
SELECT
    s.customer_id,
    COUNT(*) AS contracts,
    MAX(p.renews_next) AS p_alive,
    SUM(p.payments) AS payments,
    SUM(p.expected_payments) AS expected_payments,
    {{ money("expected_payments") }} AS predicted_minor,
    {{ money("low_80") }} AS low_80_minor,
    {{ money("high_80") }} AS high_80_minor,
    {{ money("low_95") }} AS low_95_minor,
    {{ money("high_95") }} AS high_95_minor
FROM subscription_states s
LEFT JOIN subscription_scores p
    ON p.term_days = s.term_days AND p.renewals = s.renewals AND p.days_left = s.days_left
WHERE s.ended = 0
GROUP BY s.customer_id
