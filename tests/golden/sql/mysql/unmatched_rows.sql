SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(h AS DECIMAL(20, 0))) AS CHAR), '0') AS h0
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `analytics`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(SUM(CAST(h AS DECIMAL(20, 0))) AS CHAR), '0') AS h0
  FROM (SELECT CAST(CONV(SUBSTRING(MD5(CONCAT('0', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), ':', CAST(CAST(`amount` AS DECIMAL(14, 4)) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), ':', CAST(CAST((`ratio` + 0.0) AS DOUBLE) AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), ':', coalesce(TRIM(BOTH ' ' FROM CAST(LOWER((CONVERT(CAST(CONVERT(`note` USING utf8mb4) AS BINARY) USING utf8mb4) COLLATE utf8mb4_bin)) AS BINARY)), '')), 'N'), COALESCE(CONCAT(LENGTH(CAST(`shipped_on` AS CHAR)), ':', CAST(`shipped_on` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`created_at` AS CHAR)), ':', CAST(`created_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`seen_at` AS CHAR)), ':', CAST(`seen_at` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(`is_paid` AS CHAR)), ':', CAST(`is_paid` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CAST(`payload` AS CHAR) AS BINARY)), ':', CAST(CAST(`payload` AS CHAR) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) AS h,
        CASE WHEN `id` IS NOT NULL AND `region` IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY `id`, CAST(CONVERT(`region` USING utf8mb4) AS BINARY)) AS copies
    FROM `pr_42`.`orders`
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
