SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))))) AS Nullable(String)), '0') AS h1
  FROM `analytics`.`orders`
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))))) AS Nullable(String)), '0') AS h1
  FROM `pr_42`.`orders`
  WHERE (amount > 0
)) p
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
