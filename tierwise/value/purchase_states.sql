SELECT
    h.occasions - 1 AS x,
    {{ whole("h.last_day - h.first_day") }} AS t_x,
    {{ whole(as_of_day ~ " - h.first_day") }} AS age,
    COUNT(*) AS customers
FROM order_history h
LEFT JOIN subscription_forecasts c ON c.customer_id = h.customer_id
WHERE h.occasions > 0 AND c.customer_id IS NULL
GROUP BY h.occasions, h.last_day - h.first_day, h.first_day
