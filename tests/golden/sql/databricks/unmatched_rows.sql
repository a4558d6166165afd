SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h AS DECIMAL(38, 0))) AS STRING), '0') AS h0
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, `region`) AS copies
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h AS DECIMAL(38, 0))) AS STRING), '0') AS h0
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, `region`) AS copies
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
