SELECT count(DISTINCT cityHash64(cityHash64(tuple(0, `id`, `region`))))
FROM `pr_42`.`orders`
WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
