SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(toUInt128(h)) AS Nullable(String)), '0') AS h0
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lowerUTF8(`note`)), ''), `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, `region`) AS copies
    FROM `analytics`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(toUInt128(h)) AS Nullable(String)), '0') AS h0
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lowerUTF8(`note`)), ''), `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, `region`) AS copies
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
