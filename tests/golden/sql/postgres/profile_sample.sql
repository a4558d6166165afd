WITH dg__picked AS MATERIALIZED (SELECT 0 AS side,
      CASE WHEN abs("amount") < 1e+290 THEN CAST("amount" AS DOUBLE PRECISION) END AS n0,
      CASE WHEN abs("ratio") < 1e+290 THEN CAST("ratio" AS DOUBLE PRECISION) END AS n1,
      left(CAST("note" AS text), 100) AS t2,
      CAST(EXTRACT(EPOCH FROM CAST("shipped_on" AS TIMESTAMP)) AS DOUBLE PRECISION) AS n3,
      left(CAST("shipped_on" AS text), 100) AS t3,
      CAST(EXTRACT(EPOCH FROM CAST("created_at" AS TIMESTAMP)) AS DOUBLE PRECISION) AS n4,
      CAST(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP)) AS DOUBLE PRECISION) AS n5,
      left(CAST("is_paid" AS text), 100) AS t6
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 3) AS double precision), 4) & 1048575) < 131072
  UNION ALL SELECT 1 AS side,
      CASE WHEN abs("amount") < 1e+290 THEN CAST("amount" AS DOUBLE PRECISION) END AS n0,
      CASE WHEN abs("ratio") < 1e+290 THEN CAST("ratio" AS DOUBLE PRECISION) END AS n1,
      left(CAST("note" AS text), 100) AS t2,
      CAST(NULL AS DOUBLE PRECISION) AS n3,
      CAST(NULL AS text) AS t3,
      CAST(EXTRACT(EPOCH FROM CAST("created_at" AS TIMESTAMP)) AS DOUBLE PRECISION) AS n4,
      CAST(EXTRACT(EPOCH FROM CAST("seen_at" AS TIMESTAMP)) AS DOUBLE PRECISION) AS n5,
      left(CAST("is_paid" AS text), 100) AS t6
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND (hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C")), 3) AS double precision), 4) & 1048575) < 131072)
SELECT 'rows' AS label,
    0 AS target,
    side AS a,
    count(*) AS b,
    CAST(NULL AS text) AS t
FROM dg__picked
GROUP BY side
UNION ALL SELECT 'quantiles',
    target,
    side,
    0,
    ((((((((coalesce(CAST(min(CASE WHEN r >= 0.05 * n THEN v END) AS text), '') || ',') || coalesce(CAST(min(CASE WHEN r >= 0.25 * n THEN v END) AS text), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.5 * n THEN v END) AS text), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.75 * n THEN v END) AS text), '')) || ',') || coalesce(CAST(min(CASE WHEN r >= 0.95 * n THEN v END) AS text), ''))
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
    CAST(bar AS text)
FROM (SELECT side,
      target,
      CASE WHEN v >= high THEN 19 ELSE CAST(floor((v - low) / width) AS bigint) END AS bar
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 3 THEN s.n3 WHEN 4 THEN s.n4 WHEN 5 THEN s.n5 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target,
          CAST(0 AS DOUBLE PRECISION) AS low,
          CAST(12.5 AS DOUBLE PRECISION) AS high,
          CAST(0.625 AS DOUBLE PRECISION) AS width
      UNION ALL SELECT 1 AS target,
          CAST(0 AS DOUBLE PRECISION) AS low,
          CAST(12.5 AS DOUBLE PRECISION) AS high,
          CAST(0.625 AS DOUBLE PRECISION) AS width
      UNION ALL SELECT 3 AS target,
          CAST(1700000000 AS DOUBLE PRECISION) AS low,
          CAST(NULL AS DOUBLE PRECISION) AS high,
          CAST(1 AS DOUBLE PRECISION) AS width
      UNION ALL SELECT 4 AS target,
          CAST(1700000000 AS DOUBLE PRECISION) AS low,
          CAST(NULL AS DOUBLE PRECISION) AS high,
          CAST(1 AS DOUBLE PRECISION) AS width
      UNION ALL SELECT 5 AS target,
          CAST(1700000000 AS DOUBLE PRECISION) AS low,
          CAST(NULL AS DOUBLE PRECISION) AS high,
          CAST(1 AS DOUBLE PRECISION) AS width) c) l
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
