SELECT count(*) AS n,
    count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h1,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)))) AS DECIMAL(38, 0))) AS STRING), '0') AS h2,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `ratio` IS NULL, (`ratio` + 0.0))) AS DECIMAL(38, 0))) AS STRING), '0') AS h3,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `note` IS NULL, `note`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h4,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `shipped_on` IS NULL, `shipped_on`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h5,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `created_at` IS NULL, `created_at`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h6,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `seen_at` IS NULL, `seen_at`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h7,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, `is_paid` IS NULL, `is_paid`)) AS DECIMAL(38, 0))) AS STRING), '0') AS h8,
    coalesce(CAST(sum(CAST(xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS DECIMAL(38, 0))) AS STRING), '0') AS h9
FROM `shop`.`analytics`.`orders`
WHERE (amount > 0
)
