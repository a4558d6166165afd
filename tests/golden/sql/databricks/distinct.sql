SELECT count(DISTINCT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`)))
FROM `shop`.`pr_42`.`orders`
WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL
