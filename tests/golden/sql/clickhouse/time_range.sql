SELECT toString(min(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000)),
    toString(max(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000))
FROM `analytics`.`orders`
WHERE (amount > 0
)
UNION ALL SELECT toString(min(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000)),
    toString(max(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000))
FROM `pr_42`.`orders`
WHERE (amount > 0
)
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
