WITH g AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
)
    UNION ALL SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((coalesce(CAST(sum(na) AS STRING), '0') || ',') || coalesce(CAST(sum(nb) AS STRING), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS STRING), '0') || ',') || coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS STRING), '0'))),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING)
FROM g
UNION ALL SELECT 'removed:prod',
    CAST(0 AS STRING),
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
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        left(CAST(`id` AS STRING), 1000) AS c0,
        left(CAST(`region` AS STRING), 1000) AS c1,
        left(CAST(`amount` AS STRING), 1000) AS c2,
        left(CAST(`ratio` AS STRING), 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        left(CAST(`shipped_on` AS STRING), 1000) AS c5,
        left(CAST(`created_at` AS STRING), 1000) AS c6,
        left(CAST(`seen_at` AS STRING), 1000) AS c7,
        left(CAST(`is_paid` AS STRING), 1000) AS c8,
        left(to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')), 1000) AS c9
    FROM `shop`.`analytics`.`orders`
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
    CAST(0 AS STRING),
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
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), `note` IS NULL, `note`, `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        left(CAST(`id` AS STRING), 1000) AS c0,
        left(CAST(`region` AS STRING), 1000) AS c1,
        left(CAST(`amount` AS STRING), 1000) AS c2,
        left(CAST(`ratio` AS STRING), 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        left(CAST(`shipped_on` AS STRING), 1000) AS c5,
        left(CAST(`created_at` AS STRING), 1000) AS c6,
        left(CAST(`seen_at` AS STRING), 1000) AS c7,
        left(CAST(`is_paid` AS STRING), 1000) AS c8,
        left(to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')), 1000) AS c9
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
)) p
  JOIN (SELECT h0,
        h1
    FROM g
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
