SELECT CAST(min(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000) AS STRING),
    CAST(max(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000) AS STRING)
FROM `shop`.`analytics`.`orders`
WHERE (amount > 0
)
UNION ALL SELECT CAST(min(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000) AS STRING),
    CAST(max(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000) AS STRING)
FROM `shop`.`pr_42`.`orders`
WHERE (amount > 0
)
