WITH dg__picked AS (SELECT 0 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS DOUBLE) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS DOUBLE) END AS n1,
      left((CONVERT(`note` USING utf8mb4) COLLATE utf8mb4_bin), 100) AS t2,
      CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', CAST(`shipped_on` AS DATETIME(6))) / 1000000 AS DOUBLE) AS n3,
      left(CAST(`shipped_on` AS CHAR), 100) AS t3,
      CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', CAST(`created_at` AS DATETIME(6))) / 1000000 AS DOUBLE) AS n4,
      CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', CAST(`seen_at` AS DATETIME(6))) / 1000000 AS DOUBLE) AS n5,
      CAST(`is_paid` AS DOUBLE) AS n6
  FROM `analytics`.`orders`
  WHERE (amount > 0
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('3', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072
  UNION ALL SELECT 1 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS DOUBLE) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS DOUBLE) END AS n1,
      left((CONVERT(`note` USING utf8mb4) COLLATE utf8mb4_bin), 100) AS t2,
      CAST(NULL AS DOUBLE) AS n3,
      CAST(NULL AS CHAR) AS t3,
      CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', CAST(`created_at` AS DATETIME(6))) / 1000000 AS DOUBLE) AS n4,
      CAST(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', CAST(`seen_at` AS DATETIME(6))) / 1000000 AS DOUBLE) AS n5,
      CAST(`is_paid` AS DOUBLE) AS n6
  FROM `pr_42`.`orders`
  WHERE (amount > 0
) AND (CAST(CONV(SUBSTRING(MD5(CONCAT('3', COALESCE(CONCAT(LENGTH(CAST(`id` AS CHAR)), ':', CAST(`id` AS CHAR)), 'N'), COALESCE(CONCAT(LENGTH(CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), ':', CAST(CONVERT(`region` USING utf8mb4) AS BINARY)), 'N'))), 17), 16, 10) AS UNSIGNED) & 1048575) < 131072)
SELECT 'rows' AS label,
    0 AS target,
    side AS a,
    count(*) AS b,
    CAST(NULL AS CHAR) AS t
FROM dg__picked
GROUP BY side
UNION ALL SELECT 'quantiles',
    target,
    side,
    0,
    CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(CAST(min(CASE WHEN r >= 0.05 * n THEN v END) AS DOUBLE) AS CHAR), ''), ','), coalesce(CAST(CAST(min(CASE WHEN r >= 0.25 * n THEN v END) AS DOUBLE) AS CHAR), '')), ','), coalesce(CAST(CAST(min(CASE WHEN r >= 0.5 * n THEN v END) AS DOUBLE) AS CHAR), '')), ','), coalesce(CAST(CAST(min(CASE WHEN r >= 0.75 * n THEN v END) AS DOUBLE) AS CHAR), '')), ','), coalesce(CAST(CAST(min(CASE WHEN r >= 0.95 * n THEN v END) AS DOUBLE) AS CHAR), ''))
FROM (SELECT side,
      target,
      v,
      row_number() OVER (PARTITION BY side, target ORDER BY v) AS r,
      count(*) OVER (PARTITION BY side, target) AS n
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 6 THEN s.n6 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target
      UNION ALL SELECT 1 AS target
      UNION ALL SELECT 6 AS target) c) l
  WHERE v IS NOT NULL) o
GROUP BY target,
    side
UNION ALL SELECT 'bar',
    target,
    side,
    count(*),
    CAST(bar AS CHAR)
FROM (SELECT side,
      target,
      CASE WHEN v >= high THEN 19 ELSE CAST(floor((v - low) / width) AS SIGNED) END AS bar
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 3 THEN s.n3 WHEN 4 THEN s.n4 WHEN 5 THEN s.n5 WHEN 6 THEN s.n6 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target,
          CAST(0 AS DOUBLE) AS low,
          CAST(12.5 AS DOUBLE) AS high,
          CAST(0.625 AS DOUBLE) AS width
      UNION ALL SELECT 1 AS target,
          CAST(0 AS DOUBLE) AS low,
          CAST(12.5 AS DOUBLE) AS high,
          CAST(0.625 AS DOUBLE) AS width
      UNION ALL SELECT 3 AS target,
          CAST(1700000000 AS DOUBLE) AS low,
          CAST(NULL AS DOUBLE) AS high,
          CAST(1 AS DOUBLE) AS width
      UNION ALL SELECT 4 AS target,
          CAST(1700000000 AS DOUBLE) AS low,
          CAST(NULL AS DOUBLE) AS high,
          CAST(1 AS DOUBLE) AS width
      UNION ALL SELECT 5 AS target,
          CAST(1700000000 AS DOUBLE) AS low,
          CAST(NULL AS DOUBLE) AS high,
          CAST(1 AS DOUBLE) AS width
      UNION ALL SELECT 6 AS target,
          CAST(0 AS DOUBLE) AS low,
          CAST(12.5 AS DOUBLE) AS high,
          CAST(0.625 AS DOUBLE) AS width) c) l
  WHERE v IS NOT NULL) o
GROUP BY target,
    side,
    bar
UNION ALL SELECT 'value',
    target,
    a,
    b,
    v
FROM (SELECT target,
      v,
      a,
      b,
      row_number() OVER (PARTITION BY target ORDER BY a + b DESC, v) AS place
  FROM (SELECT target,
        v,
        count(CASE WHEN side = 0 THEN 1 END) AS a,
        count(CASE WHEN side = 1 THEN 1 END) AS b
    FROM (SELECT s.side,
          c.*,
          CASE c.target WHEN 2 THEN s.t2 WHEN 3 THEN s.t3 END AS v
      FROM dg__picked s CROSS
      JOIN (SELECT 2 AS target,
            0 AS first_side,
            1 AS last_side
        UNION ALL SELECT 3 AS target,
            0 AS first_side,
            0 AS last_side) c) l
    WHERE side >= first_side AND side <= last_side
    GROUP BY target,
        v,
        LENGTH(v)) g) f
WHERE place <= 10
