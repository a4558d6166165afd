WITH g AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        CAST(1 AS SIGNED) AS a,
        CAST(0 AS SIGNED) AS b
    FROM `analytics`.`orders`
    WHERE (amount > 0
)
    UNION ALL SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        CAST(0 AS SIGNED) AS a,
        CAST(1 AS SIGNED) AS b
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(na) AS CHAR), '0'), ','), coalesce(CAST(sum(nb) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS CHAR), '0'))),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR)
FROM g
UNION ALL SELECT 'removed:prod',
    CAST(0 AS CHAR),
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
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        left(CAST(`id` AS CHAR), 1000) AS c0,
        left(CONVERT(`region` USING utf8mb4), 1000) AS c1,
        left(CAST(`amount` AS CHAR), 1000) AS c2,
        left(CAST(CAST(`ratio` AS DOUBLE) AS CHAR), 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        left(CAST(`shipped_on` AS CHAR), 1000) AS c5,
        left(CAST(`created_at` AS CHAR), 1000) AS c6,
        left(CAST(`seen_at` AS CHAR), 1000) AS c7,
        left(CAST(`is_paid` AS CHAR), 1000) AS c8,
        left(CAST(`payload` AS CHAR), 1000) AS c9
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
    CAST(0 AS CHAR),
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
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        left(CAST(`id` AS CHAR), 1000) AS c0,
        left(CONVERT(`region` USING utf8mb4), 1000) AS c1,
        left(CAST(`amount` AS CHAR), 1000) AS c2,
        left(CAST(CAST(`ratio` AS DOUBLE) AS CHAR), 1000) AS c3,
        CASE WHEN `note` IS NOT NULL THEN '***' END AS c4,
        left(CAST(`shipped_on` AS CHAR), 1000) AS c5,
        left(CAST(`created_at` AS CHAR), 1000) AS c6,
        left(CAST(`seen_at` AS CHAR), 1000) AS c7,
        left(CAST(`is_paid` AS CHAR), 1000) AS c8,
        left(CAST(`payload` AS CHAR), 1000) AS c9
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
