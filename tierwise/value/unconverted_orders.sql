SELECT o.currency, COUNT(*) AS orders, MIN(o.placed_day) AS first_day, MAX(o.placed_day) AS last_day
FROM orders o
LEFT JOIN daily_rates r ON r.currency = o.currency AND r.day = o.placed_day
WHERE o.state = 'paid' AND o.placed_day <= {{ as_of_day }} AND r.numerator IS NULL
GROUP BY o.currency
