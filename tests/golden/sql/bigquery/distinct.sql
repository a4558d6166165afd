SELECT count(DISTINCT FARM_FINGERPRINT(TO_JSON_STRING(['0', CAST(`id` AS STRING), COLLATE(`region`, '')])))
FROM `shop`.`pr_42`.`orders`
WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL
