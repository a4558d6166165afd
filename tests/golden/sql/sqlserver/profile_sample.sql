WITH dg__picked AS (SELECT 0 AS side,
      CASE WHEN abs([amount]) < 1e+290 THEN CAST([amount] AS float) END AS n0,
      CASE WHEN abs([ratio]) < 1e+290 THEN CAST([ratio] AS float) END AS n1,
      left((CAST([note] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2), 100) AS t2,
      CAST(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST([shipped_on] AS datetime2(7))) / 1000000.0 AS float) AS n3,
      left(CONVERT(nvarchar(max), [shipped_on], 121), 100) AS t3,
      CAST(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST([created_at] AS datetime2(7))) / 1000000.0 AS float) AS n4,
      CAST(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0 AS float) AS n5,
      left(CAST([is_paid] AS nvarchar(max)), 100) AS t6
  FROM [shop].[analytics].[orders]
  WHERE (amount > 0
) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('3', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072
  UNION ALL SELECT 1 AS side,
      CASE WHEN abs([amount]) < 1e+290 THEN CAST([amount] AS float) END AS n0,
      CASE WHEN abs([ratio]) < 1e+290 THEN CAST([ratio] AS float) END AS n1,
      left((CAST([note] AS nvarchar(max)) COLLATE Latin1_General_100_BIN2), 100) AS t2,
      CAST(NULL AS float) AS n3,
      CAST(NULL AS nvarchar(max)) AS t3,
      CAST(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST([created_at] AS datetime2(7))) / 1000000.0 AS float) AS n4,
      CAST(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0 AS float) AS n5,
      left(CAST([is_paid] AS nvarchar(max)), 100) AS t6
  FROM [shop].[pr_42].[orders]
  WHERE (amount > 0
) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('3', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072)
SELECT 'rows' AS label,
    0 AS target,
    side AS a,
    COUNT_BIG(*) AS b,
    CAST(NULL AS nvarchar(max)) AS t
FROM dg__picked
GROUP BY side
UNION ALL SELECT 'quantiles',
    target,
    side,
    0,
    CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CONVERT(nvarchar(max), min(CASE WHEN r >= 0.05 * n THEN v END), 3), ''), ','), coalesce(CONVERT(nvarchar(max), min(CASE WHEN r >= 0.25 * n THEN v END), 3), '')), ','), coalesce(CONVERT(nvarchar(max), min(CASE WHEN r >= 0.5 * n THEN v END), 3), '')), ','), coalesce(CONVERT(nvarchar(max), min(CASE WHEN r >= 0.75 * n THEN v END), 3), '')), ','), coalesce(CONVERT(nvarchar(max), min(CASE WHEN r >= 0.95 * n THEN v END), 3), ''))
FROM (SELECT side,
      target,
      v,
      row_number() OVER (PARTITION BY side, target ORDER BY v) AS r,
      COUNT_BIG(*) OVER (PARTITION BY side, target) AS n
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
    COUNT_BIG(*),
    CAST(bar AS nvarchar(max))
FROM (SELECT side,
      target,
      CASE WHEN v >= high THEN 19 ELSE CAST(floor((v - low) / width) AS bigint) END AS bar
  FROM (SELECT s.side,
        c.*,
        CASE c.target WHEN 0 THEN s.n0 WHEN 1 THEN s.n1 WHEN 3 THEN s.n3 WHEN 4 THEN s.n4 WHEN 5 THEN s.n5 END AS v
    FROM dg__picked s CROSS
    JOIN (SELECT 0 AS target,
          CAST(0 AS float) AS low,
          CAST(12.5 AS float) AS high,
          CAST(0.625 AS float) AS width
      UNION ALL SELECT 1 AS target,
          CAST(0 AS float) AS low,
          CAST(12.5 AS float) AS high,
          CAST(0.625 AS float) AS width
      UNION ALL SELECT 3 AS target,
          CAST(1700000000 AS float) AS low,
          CAST(NULL AS float) AS high,
          CAST(1 AS float) AS width
      UNION ALL SELECT 4 AS target,
          CAST(1700000000 AS float) AS low,
          CAST(NULL AS float) AS high,
          CAST(1 AS float) AS width
      UNION ALL SELECT 5 AS target,
          CAST(1700000000 AS float) AS low,
          CAST(NULL AS float) AS high,
          CAST(1 AS float) AS width) c) l
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
        COUNT_BIG(CASE WHEN side = 0 THEN 1 END) AS a,
        COUNT_BIG(CASE WHEN side = 1 THEN 1 END) AS b
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
        v,
        DATALENGTH(v)) g) f
WHERE place <= 10
