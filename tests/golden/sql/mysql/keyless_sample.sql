WITH dg__groups AS (SELECT h0,
      h1,
      sum(a) AS na,
      sum(b) AS nb
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        CAST(1 AS SIGNED) AS a,
        CAST(0 AS SIGNED) AS b
    FROM `analytics`.`orders`
    WHERE (amount > 0
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('2', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072
    UNION ALL SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
        CAST(0 AS SIGNED) AS a,
        CAST(1 AS SIGNED) AS b
    FROM `pr_42`.`orders`
    WHERE (amount > 0
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('2', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072) u
  GROUP BY h0,
      h1)
SELECT 'counts',
    '0',
    CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(na) AS CHAR), '0'), ','), coalesce(CAST(sum(nb) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN na > nb THEN na - nb END) AS CHAR), '0'), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN nb > na THEN nb - na END) AS CHAR), '0'), ','), coalesce(CAST(CAST(CAST(sum(CAST(na AS DOUBLE) * CAST(na AS DOUBLE)) AS DOUBLE) AS CHAR) AS CHAR), '0')))), ','), CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(CAST(CAST(sum(CAST(nb AS DOUBLE) * CAST(nb AS DOUBLE)) AS DOUBLE) AS CHAR) AS CHAR), '0'), ','), coalesce(CAST(CAST(CAST(sum(CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE) * CAST(CASE WHEN na > nb THEN na - nb END AS DOUBLE)) AS DOUBLE) AS CHAR) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(CAST(CAST(sum(CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE) * CAST(CASE WHEN nb > na THEN nb - na END AS DOUBLE)) AS DOUBLE) AS CHAR) AS CHAR), '0'), ','), CONCAT(CONCAT(coalesce(CAST(max(CASE WHEN na > nb THEN na - nb END) AS CHAR), '0'), ','), coalesce(CAST(max(CASE WHEN nb > na THEN nb - na END) AS CHAR), '0'))))),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR)
FROM dg__groups
UNION ALL SELECT 'removed:prod',
    CAST(0 AS CHAR),
    left(CAST(r.c0 AS CHAR), 1000),
    left((CONVERT(r.c1 USING utf8mb4) COLLATE utf8mb4_bin), 1000),
    left(CAST(r.c2 AS CHAR), 1000),
    left(CAST(CAST(r.c3 AS DOUBLE) AS CHAR), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS CHAR), 1000),
    left(CAST(r.c6 AS CHAR), 1000),
    left(CAST(r.c7 AS CHAR), 1000),
    left(CAST(r.c8 AS CHAR), 1000),
    left(CAST(r.c9 AS CHAR), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
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
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('2', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE na > nb
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
UNION ALL SELECT 'added:pr',
    CAST(0 AS CHAR),
    left(CAST(r.c0 AS CHAR), 1000),
    left((CONVERT(r.c1 USING utf8mb4) COLLATE utf8mb4_bin), 1000),
    left(CAST(r.c2 AS CHAR), 1000),
    left(CAST(CAST(r.c3 AS DOUBLE) AS CHAR), 1000),
    CASE WHEN r.c4 IS NOT NULL THEN '***' END,
    left(CAST(r.c5 AS CHAR), 1000),
    left(CAST(r.c6 AS CHAR), 1000),
    left(CAST(r.c7 AS CHAR), 1000),
    left(CAST(r.c8 AS CHAR), 1000),
    left(CAST(r.c9 AS CHAR), 1000)
FROM (SELECT p.*,
      row_number() OVER (PARTITION BY p.h0, p.h1 ORDER BY p.h0) AS copy
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h0,
        CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h1,
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
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('2', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072) p
  JOIN (SELECT h0,
        h1
    FROM dg__groups
    WHERE nb > na
    ORDER BY h0,
        h1 LIMIT 5) s ON s.h0 = p.h0 AND s.h1 = p.h1) r
WHERE r.copy = 1
