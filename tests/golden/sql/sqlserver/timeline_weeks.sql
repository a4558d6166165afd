SELECT CONVERT(nvarchar(max), piece, 121),
    COUNT_BIG(CASE WHEN kind = 2 THEN 1 END),
    COUNT_BIG(CASE WHEN kind = 1 THEN 1 END),
    COUNT_BIG(CASE WHEN kind = 0 THEN 1 END),
    COUNT_BIG(CASE WHEN d0 + d1 + d2 > 0 THEN 1 END),
    COUNT_BIG(CASE WHEN d0 = 1 THEN 1 END),
    COUNT_BIG(CASE WHEN d1 = 1 THEN 1 END),
    COUNT_BIG(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT DATEADD(day, DATEDIFF(day, CAST('0001-01-01' AS datetime2(7)), coalesce(b.t, a.t)) - DATEDIFF(day, CAST('0001-01-01' AS datetime2(7)), coalesce(b.t, a.t)) % 7, CAST('0001-01-01' AS datetime2(7))) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 0 ELSE 1 END END AS d0,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN ((ABS(CAST(a.v1 AS float)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS float)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS float) * 0.5 - CAST(b.v1 AS float) * 0.5) <= 0.5 * CAST(1e-06 AS float) * (CASE WHEN ABS(CAST(a.v1 AS float)) > ABS(CAST(b.v1 AS float)) THEN ABS(CAST(a.v1 AS float)) ELSE ABS(CAST(b.v1 AS float)) END))) THEN 0 ELSE 1 END END AS d1,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v2 = b.v2 OR (a.v2 IS NULL AND b.v2 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST([shipped_on] AS datetime2(7)) AS t,
        [id] AS k0,
        CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
        CAST([amount] AS DECIMAL(14, 4)) AS v0,
        [ratio] AS v1,
        CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS v2
    FROM [shop].[analytics].[orders]
    WHERE [id] IS NOT NULL AND [region] IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST([shipped_on] AS datetime2(7)) AS t,
        [id] AS k0,
        CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
        CAST([amount] AS DECIMAL(14, 4)) AS v0,
        [ratio] AS v1,
        CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS v2
    FROM [shop].[pr_42].[orders]
    WHERE [id] IS NOT NULL AND [region] IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1) j
GROUP BY piece
ORDER BY piece
