WITH dg__groups AS (SELECT h0,
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
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS Nullable(String)),
    substringUTF8(toString(r.c0), 1, 1000),
    substringUTF8(toString(r.c1), 1, 1000),
    substringUTF8(toString(r.c2), 1, 1000),
    substringUTF8(toString(r.c3), 1, 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    substringUTF8(toString(r.c5), 1, 1000),
    substringUTF8(toString(toTimeZone(r.c6, 'UTC')), 1, 1000),
    substringUTF8(toString(toTimeZone(r.c7, 'UTC')), 1, 1000),
    substringUTF8(toString(r.c8), 1, 1000),
    substringUTF8(toString(r.c9), 1, 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        `id` AS c0,
        `region` AS c1,
        `amount` AS c2,
        `ratio` AS c3,
        `note` AS c4,
        `shipped_on` AS c5,
        `created_at` AS c6,
        `seen_at` AS c7,
        `is_paid` AS c8,
        `payload` AS c9
    FROM `analytics`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS Nullable(String)),
    substringUTF8(toString(r.c0), 1, 1000),
    substringUTF8(toString(r.c1), 1, 1000),
    substringUTF8(toString(r.c2), 1, 1000),
    substringUTF8(toString(r.c3), 1, 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    substringUTF8(toString(r.c5), 1, 1000),
    substringUTF8(toString(toTimeZone(r.c6, 'UTC')), 1, 1000),
    substringUTF8(toString(toTimeZone(r.c7, 'UTC')), 1, 1000),
    substringUTF8(toString(r.c8), 1, 1000),
    substringUTF8(toString(r.c9), 1, 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT cityHash64(cityHash64(tuple(0, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h0,
        cityHash64(cityHash64(tuple(1, `id`, `region`, CAST(`amount` AS Nullable(Decimal(14, 4))), (`ratio` + 0.0), `note`, `shipped_on`, `created_at`, `seen_at`, `is_paid`, toString(`payload`)))) AS h1,
        `id` AS c0,
        `region` AS c1,
        `amount` AS c2,
        `ratio` AS c3,
        `note` AS c4,
        `shipped_on` AS c5,
        `created_at` AS c6,
        `seen_at` AS c7,
        `is_paid` AS c8,
        `payload` AS c9
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
