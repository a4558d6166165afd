SELECT count(*) AS n,
    count(CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`))))) AS Nullable(String)), '0') AS h1,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4)))))))) AS Nullable(String)), '0') AS h2,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, (`ratio` + 0.0)))))) AS Nullable(String)), '0') AS h3,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, `note`))))) AS Nullable(String)), '0') AS h4,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, `shipped_on`))))) AS Nullable(String)), '0') AS h5,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, `created_at`))))) AS Nullable(String)), '0') AS h6,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, `seen_at`))))) AS Nullable(String)), '0') AS h7,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, `is_paid`))))) AS Nullable(String)), '0') AS h8,
    coalesce(CAST(sum(toUInt128(cityHash64(cityHash64(tuple(0, `id`, `region`, toString(`payload`)))))) AS Nullable(String)), '0') AS h9
FROM `analytics`.`orders`
WHERE (amount > 0
)
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
