WITH g AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        CAST(1 AS Nullable(Int64)) AS a,
        CAST(0 AS Nullable(Int64)) AS b
    FROM `analytics`.`orders`
    WHERE (amount > 0
)
    UNION ALL SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        CAST(0 AS Nullable(Int64)) AS a,
        CAST(1 AS Nullable(Int64)) AS b
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((coalesce(CAST(sum(na) AS Nullable(String)), '0') || ',') || coalesce(CAST(sum(nb) AS Nullable(String)), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS Nullable(String)), '0') || ',') || coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS Nullable(String)), '0'))),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String)),
    CAST(NULL AS Nullable(String))
FROM g
UNION ALL SELECT 'removed:prod',
    CAST(0 AS Nullable(String)),
    r.c0,
    r.c1,
    r.c2,
    r.c3,
    r.c4,
    r.c5,
    r.c6,
    r.c7,
    r.c8,
    r.c9
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        substringUTF8(toString(`id`), 1, 1000) AS c0,
        substringUTF8(toString(`region`), 1, 1000) AS c1,
        substringUTF8(toString(`amount`), 1, 1000) AS c2,
        substringUTF8(toString(`ratio`), 1, 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        substringUTF8(toString(`shipped_on`), 1, 1000) AS c5,
        substringUTF8(toString(toTimeZone(`created_at`, 'UTC')), 1, 1000) AS c6,
        substringUTF8(toString(toTimeZone(`seen_at`, 'UTC')), 1, 1000) AS c7,
        substringUTF8(toString(`is_paid`), 1, 1000) AS c8,
        substringUTF8(toString(`payload`), 1, 1000) AS c9
    FROM `analytics`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS Nullable(String)),
    r.c0,
    r.c1,
    r.c2,
    r.c3,
    r.c4,
    r.c5,
    r.c6,
    r.c7,
    r.c8,
    r.c9
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        substringUTF8(toString(`id`), 1, 1000) AS c0,
        substringUTF8(toString(`region`), 1, 1000) AS c1,
        substringUTF8(toString(`amount`), 1, 1000) AS c2,
        substringUTF8(toString(`ratio`), 1, 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        substringUTF8(toString(`shipped_on`), 1, 1000) AS c5,
        substringUTF8(toString(toTimeZone(`created_at`, 'UTC')), 1, 1000) AS c6,
        substringUTF8(toString(toTimeZone(`seen_at`, 'UTC')), 1, 1000) AS c7,
        substringUTF8(toString(`is_paid`), 1, 1000) AS c8,
        substringUTF8(toString(`payload`), 1, 1000) AS c9
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
