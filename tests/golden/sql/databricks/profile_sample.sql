WITH dg__picked AS (SELECT 0 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS DOUBLE) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS DOUBLE) END AS n1,
      left(CAST(`note` AS STRING), 100) AS t2,
      CAST(unix_micros(CAST(CAST(`shipped_on` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000 AS DOUBLE) AS n3,
      left(CAST(`shipped_on` AS STRING), 100) AS t3,
      CAST(unix_micros(CAST(CAST(`created_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000 AS DOUBLE) AS n4,
      CAST(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000 AS DOUBLE) AS n5,
      left(CAST(`is_paid` AS STRING), 100) AS t6
  FROM `shop`.`analytics`.`orders`
  WHERE (amount > 0
) AND (xxhash64(xxhash64(3, `id` IS NULL, `id`, `region` IS NULL, `region`)) & 1048575) < 131072
  UNION ALL SELECT 1 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS DOUBLE) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS DOUBLE) END AS n1,
      left(CAST(`note` AS STRING), 100) AS t2,
      CAST(NULL AS DOUBLE) AS n3,
      CAST(NULL AS STRING) AS t3,
      CAST(unix_micros(CAST(CAST(`created_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000 AS DOUBLE) AS n4,
      CAST(unix_micros(CAST(CAST(`seen_at` AS TIMESTAMP_NTZ) AS TIMESTAMP)) / 1000000 AS DOUBLE) AS n5,
      left(CAST(`is_paid` AS STRING), 100) AS t6
  FROM `shop`.`pr_42`.`orders`
  WHERE (amount > 0
) AND (xxhash64(xxhash64(3, `id` IS NULL, `id`, `region` IS NULL, `region`)) & 1048575) < 131072)
SELECT 'rows' AS label,
    0 AS target,
    side AS a,
    count(*) AS b,
    CAST(NULL AS STRING) AS t
FROM dg__picked
GROUP BY side
UNION ALL SELECT 'quantiles',
    target,
    side,
    0,
    ((((((((coalesce(CAST(min(CASE WHEN r >= 0.05 * n THEN v END) AS STRING), '') || ',') || coalesce(CAST(min(CASE WHEN r >= 0.25 * n THEN v END) AS STRING), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.5 * n THEN v END) AS STRING), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.75 * n THEN v END) AS STRING), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.95 * n THEN v END) AS STRING), ''))
FROM (SELECT side,
      target,
      v,
      row_number() OVER (PARTITION BY side, target ORDER BY v) AS r,
      count(*) OVER (PARTITION BY side, target) AS n
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target
      UNION ALL SELECT 1 AS target) c) l
  WHERE v IS NOT NULL) o
GROUP BY target,
    side
UNION ALL SELECT 'bar',
    target,
    side,
    count(*),
    CAST(bar AS STRING)
FROM (SELECT side,
      target,
      CASE WHEN v >= high THEN 19 ELSE CAST(floor((v - low) / width) AS bigint) END AS bar
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 3 THEN s.n3 WHEN 4 THEN s.n4 WHEN 5 THEN s.n5 END AS v
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
          CAST(1 AS DOUBLE) AS width) c) l
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
          CASE c.target WHEN 2 THEN s.t2 WHEN 3 THEN s.t3 WHEN 6 THEN s.t6 END AS v
      FROM dg__picked s CROSS
      JOIN (SELECT 2 AS target,
            0 AS first_side,
            1 AS last_side
        UNION ALL SELECT 3 AS target,
            0 AS first_side,
            0 AS last_side
        UNION ALL SELECT 6 AS target,
            0 AS first_side,
            1 AS last_side) c) l
    WHERE side >= first_side AND side <= last_side
    GROUP BY target,
        v) g) f
WHERE place <= 10
