WITH dg__groups AS (SELECT k0,
      k1,
      CASE f0 WHEN -1 THEN 1 WHEN -2 THEN 2 ELSE 0 END AS kind,
      CASE WHEN f0 > 0 THEN f0 ELSE CAST(0 AS SIGNED) END AS m0,
      n
  FROM (SELECT k0,
        k1,
        max(f0) AS f0,
        count(*) AS n
    FROM (SELECT CASE WHEN f0 IS NOT NULL THEN k0 END AS k0,
          CASE WHEN f0 IS NOT NULL THEN k1 END AS k1,
          f0
      FROM (SELECT coalesce(a.k0, b.k0) AS k0,
            coalesce(a.k1, b.k1) AS k1,
            CASE WHEN b.k0 IS NULL THEN CAST(-1 AS SIGNED) WHEN a.k0 IS NULL THEN CAST(-2 AS SIGNED) ELSE CASE WHEN (NOT (a.v0 <=> b.v0)) OR (NOT (a.v1 <=> b.v1)) OR (NOT (a.p0 <=> b.p0)) OR (NOT (a.q0 <=> b.q0)) OR (NOT (a.p1 <=> b.p1)) OR (NOT (a.q1 <=> b.q1)) THEN CAST(CASE WHEN NOT (NOT (a.v0 <=> b.v0)) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS SIGNED) * 1 + CAST(CASE WHEN NOT (NOT (a.v1 <=> b.v1)) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE)) > ABS(CAST(b.v1 AS DOUBLE)) THEN ABS(CAST(a.v1 AS DOUBLE)) ELSE ABS(CAST(b.v1 AS DOUBLE)) END))) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS SIGNED) * 8 + CAST(CASE WHEN (NOT (a.p0 <=> b.p0)) OR (NOT (a.q0 <=> b.q0)) THEN 1 ELSE 0 END AS SIGNED) * 64 + CAST(CASE WHEN (NOT (a.p1 <=> b.p1)) OR (NOT (a.q1 <=> b.q1)) THEN 1 ELSE 0 END AS SIGNED) * 512 END END AS f0
        FROM (SELECT `id` AS k0,
              CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
              CAST(`amount` AS DECIMAL(14, 4)) AS v0,
              `ratio` AS v1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q1
          FROM `analytics`.`orders`
          WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) a
        LEFT
        JOIN (SELECT `id` AS k0,
              CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
              CAST(`amount` AS DECIMAL(14, 4)) AS v0,
              `ratio` AS v1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q1
          FROM `pr_42`.`orders`
          WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
        UNION ALL SELECT coalesce(a.k0, b.k0) AS k0,
            coalesce(a.k1, b.k1) AS k1,
            CASE WHEN b.k0 IS NULL THEN CAST(-1 AS SIGNED) WHEN a.k0 IS NULL THEN CAST(-2 AS SIGNED) ELSE CASE WHEN (NOT (a.v0 <=> b.v0)) OR (NOT (a.v1 <=> b.v1)) OR (NOT (a.p0 <=> b.p0)) OR (NOT (a.q0 <=> b.q0)) OR (NOT (a.p1 <=> b.p1)) OR (NOT (a.q1 <=> b.q1)) THEN CAST(CASE WHEN NOT (NOT (a.v0 <=> b.v0)) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS SIGNED) * 1 + CAST(CASE WHEN NOT (NOT (a.v1 <=> b.v1)) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE) * 0.5 - CAST(b.v1 AS DOUBLE) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE)) > ABS(CAST(b.v1 AS DOUBLE)) THEN ABS(CAST(a.v1 AS DOUBLE)) ELSE ABS(CAST(b.v1 AS DOUBLE)) END))) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS SIGNED) * 8 + CAST(CASE WHEN (NOT (a.p0 <=> b.p0)) OR (NOT (a.q0 <=> b.q0)) THEN 1 ELSE 0 END AS SIGNED) * 64 + CAST(CASE WHEN (NOT (a.p1 <=> b.p1)) OR (NOT (a.q1 <=> b.q1)) THEN 1 ELSE 0 END AS SIGNED) * 512 END END AS f0
        FROM (SELECT `id` AS k0,
              CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
              CAST(`amount` AS DECIMAL(14, 4)) AS v0,
              `ratio` AS v1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q1
          FROM `pr_42`.`orders`
          WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) b
        LEFT
        JOIN (SELECT `id` AS k0,
              CAST(CONVERT(`region` USING utf8mb4) AS BINARY) AS k1,
              CAST(`amount` AS DECIMAL(14, 4)) AS v0,
              `ratio` AS v1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`note` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q0,
              CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS p1,
              CAST(CONV(SUBSTRING(MD5(CONCAT('1', COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS q1
          FROM `analytics`.`orders`
          WHERE (amount > 0
) AND `id` IS NOT NULL AND `region` IS NOT NULL) a ON a.k0 = b.k0 AND a.k1 = b.k1
        WHERE a.k0 IS NULL) j) d
    GROUP BY k0,
        k1) g)
SELECT 'counts',
    '0',
    CONCAT('0,0,0,0,', c.v),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR),
    CAST(NULL AS CHAR)
FROM (SELECT CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS CHAR), '0'))), ','), CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN kind = 0 AND ((m0 & 1755) <> 0) THEN total END) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind <> 0 THEN repeated END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 3) <> 0 THEN total END) AS CHAR), '0')))), ','), CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 7) = 2 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 7) = 3 THEN total END) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 7) = 4 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 7) = 5 THEN total END) AS CHAR), '0'))), ','), CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 24) <> 0 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 56) = 16 THEN total END) AS CHAR), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 56) = 24 THEN total END) AS CHAR), '0'), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 56) = 32 THEN total END) AS CHAR), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 56) = 40 THEN total END) AS CHAR), '0')))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total,
        count(CASE WHEN n > 1 THEN 1 END) AS repeated
    FROM dg__groups
    GROUP BY kind,
        m0) w) c
