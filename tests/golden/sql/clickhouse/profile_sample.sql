WITH dg__picked AS (SELECT 0 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS Nullable(Float64)) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS Nullable(Float64)) END AS n1,
      substringUTF8(toString(`note`), 1, 100) AS t2,
      CAST(toUnixTimestamp64Micro(CAST(`shipped_on` AS Nullable(DateTime64(6, 'UTC')))) / 1000000 AS Nullable(Float64)) AS n3,
      substringUTF8(toString(`shipped_on`), 1, 100) AS t3,
      CAST(toUnixTimestamp64Micro(CAST(`created_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000 AS Nullable(Float64)) AS n4,
      CAST(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000 AS Nullable(Float64)) AS n5,
      substringUTF8(toString(`is_paid`), 1, 100) AS t6
  FROM `analytics`.`orders`
  WHERE (amount > 0
) AND bitAnd(cityHash64(cityHash64(tuple(3, `id`, `region`))), 1048575) < 131072
  UNION ALL SELECT 1 AS side,
      CASE WHEN abs(`amount`) < 1e+290 THEN CAST(`amount` AS Nullable(Float64)) END AS n0,
      CASE WHEN abs(`ratio`) < 1e+290 THEN CAST(`ratio` AS Nullable(Float64)) END AS n1,
      substringUTF8(toString(`note`), 1, 100) AS t2,
      CAST(NULL AS Nullable(Float64)) AS n3,
      CAST(NULL AS Nullable(String)) AS t3,
      CAST(toUnixTimestamp64Micro(CAST(`created_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000 AS Nullable(Float64)) AS n4,
      CAST(toUnixTimestamp64Micro(CAST(`seen_at` AS Nullable(DateTime64(6, 'UTC')))) / 1000000 AS Nullable(Float64)) AS n5,
      substringUTF8(toString(`is_paid`), 1, 100) AS t6
  FROM `pr_42`.`orders`
  WHERE (amount > 0
) AND bitAnd(cityHash64(cityHash64(tuple(3, `id`, `region`))), 1048575) < 131072)
SELECT 'rows' AS label,
    0 AS target,
    side AS a,
    count(*) AS b,
    CAST(NULL AS Nullable(String)) AS t
FROM dg__picked
GROUP BY side
UNION ALL SELECT 'quantiles',
    target,
    side,
    0,
    ((((((((coalesce(toString(min(CASE WHEN r >= 0.05 * n THEN v END)), '') || ',') || coalesce(toString(min(CASE WHEN r >= 0.25 * n THEN v END)), '')) || ',') || coalesce(toString(min(CASE WHEN r >= 0.5 * n THEN v END)), '')) || ',') || coalesce(toString(min(CASE WHEN r >= 0.75 * n THEN v END)), '')) || ',') || coalesce(toString(min(CASE WHEN r >= 0.95 * n THEN v END)), ''))
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
    CAST(bar AS Nullable(String))
FROM (SELECT side,
      target,
      CASE WHEN v >= high THEN 19 ELSE CAST(floor((v - low) / width) AS Nullable(Int64)) END AS bar
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 3 THEN s.n3 WHEN 4 THEN s.n4 WHEN 5 THEN s.n5 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target,
          CAST(0 AS Nullable(Float64)) AS low,
          CAST(12.5 AS Nullable(Float64)) AS high,
          CAST(0.625 AS Nullable(Float64)) AS width
      UNION ALL SELECT 1 AS target,
          CAST(0 AS Nullable(Float64)) AS low,
          CAST(12.5 AS Nullable(Float64)) AS high,
          CAST(0.625 AS Nullable(Float64)) AS width
      UNION ALL SELECT 3 AS target,
          CAST(1700000000 AS Nullable(Float64)) AS low,
          CAST(NULL AS Nullable(Float64)) AS high,
          CAST(1 AS Nullable(Float64)) AS width
      UNION ALL SELECT 4 AS target,
          CAST(1700000000 AS Nullable(Float64)) AS low,
          CAST(NULL AS Nullable(Float64)) AS high,
          CAST(1 AS Nullable(Float64)) AS width
      UNION ALL SELECT 5 AS target,
          CAST(1700000000 AS Nullable(Float64)) AS low,
          CAST(NULL AS Nullable(Float64)) AS high,
          CAST(1 AS Nullable(Float64)) AS width) c) l
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
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
