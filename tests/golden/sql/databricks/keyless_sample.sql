WITH dg__groups AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        CAST(1 AS bigint) AS a,
        CAST(0 AS bigint) AS b
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
) AND (xxhash64(xxhash64(2, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) & 1048575) < 131072
    UNION ALL SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
        CAST(0 AS bigint) AS a,
        CAST(1 AS bigint) AS b
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
) AND (xxhash64(xxhash64(2, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) & 1048575) < 131072) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    ((((((coalesce(CAST(sum(na) AS STRING), '0') || ',') || coalesce(CAST(sum(nb) AS STRING), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS STRING), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS STRING), '0') || ',') || coalesce(CAST(CAST(sum(CAST(na AS DOUBLE) * CAST(na AS DOUBLE)) AS STRING) AS STRING), '0')))) || ',') || ((((coalesce(CAST(CAST(sum(CAST(nb AS DOUBLE) * CAST(nb AS DOUBLE)) AS STRING) AS STRING), '0') || ',') || coalesce(CAST(CAST(sum(CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE) * CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE)) AS STRING) AS STRING), '0')) || ',') || ((coalesce(CAST(CAST(sum(CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE) * CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE)) AS STRING) AS STRING), '0') || ',') || ((coalesce(CAST(max(CASE WHEN na > nb THEN na - nb END) AS STRING), '0') || ',') || coalesce(CAST(max(CASE WHEN nb > na THEN nb - na END) AS STRING), '0'))))),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING),
    CAST(NULL AS STRING)
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS STRING),
    left(CAST(r.c0 AS STRING), 1000),
    left(CAST(r.c1 AS STRING), 1000),
    left(CAST(r.c2 AS STRING), 1000),
    left(CAST(r.c3 AS STRING), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS STRING), 1000),
    left(CAST(r.c6 AS STRING), 1000),
    left(CAST(r.c7 AS STRING), 1000),
    left(CAST(r.c8 AS STRING), 1000),
    left(to_json(array_sort(map_entries(r.c9)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
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
    FROM `shop`.`analytics`.`orders`
    WHERE (amount > 0
) AND (xxhash64(xxhash64(2, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) & 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS STRING),
    left(CAST(r.c0 AS STRING), 1000),
    left(CAST(r.c1 AS STRING), 1000),
    left(CAST(r.c2 AS STRING), 1000),
    left(CAST(r.c3 AS STRING), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS STRING), 1000),
    left(CAST(r.c6 AS STRING), 1000),
    left(CAST(r.c7 AS STRING), 1000),
    left(CAST(r.c8 AS STRING), 1000),
    left(to_json(array_sort(map_entries(r.c9)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT xxhash64(xxhash64(0, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h0,
        xxhash64(xxhash64(1, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) AS h1,
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
    FROM `shop`.`pr_42`.`orders`
    WHERE (amount > 0
) AND (xxhash64(xxhash64(2, `id` IS NULL, `id`, `region` IS NULL, `region`, CAST(`amount` AS DECIMAL(14, 4)) IS NULL, CAST(`amount` AS DECIMAL(14, 4)), `ratio` IS NULL, (`ratio` + 0.0), coalesce(TRIM(BOTH ' ' FROM lower(`note`)), '') IS NULL, coalesce(TRIM(BOTH ' ' FROM lower(`note`)), ''), `shipped_on` IS NULL, `shipped_on`, `created_at` IS NULL, `created_at`, `seen_at` IS NULL, `seen_at`, `is_paid` IS NULL, `is_paid`, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')) IS NULL, to_json(array_sort(map_entries(`payload`)), map('timestampFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSSXXX', 'timestampNTZFormat', 'yyyy-MM-dd HH:mm:ss.SSSSSS')))) & 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
