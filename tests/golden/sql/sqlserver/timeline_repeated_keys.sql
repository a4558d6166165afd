SELECT CONVERT(nvarchar(max), piece, 121),
    COUNT_BIG(CASE WHEN kind = 2 THEN 1 END),
    COUNT_BIG(CASE WHEN kind = 1 THEN 1 END),
    COUNT_BIG(CASE WHEN kind = 0 THEN 1 END),
    COUNT_BIG(CASE WHEN d2 > 0 THEN 1 END),
    COUNT_BIG(CASE WHEN d2 = 1 THEN 1 END)
FROM (SELECT DATEADD(hour, DATEDIFF(hour, CAST('0001-01-01' AS datetime2(7)), coalesce(b.t, a.t)), CAST('0001-01-01' AS datetime2(7))) AS piece,
      CASE WHEN b.x IS NULL THEN 1 WHEN a.x IS NULL THEN 2 ELSE 0 END AS kind,
      CASE WHEN a.x IS NULL OR b.x IS NULL THEN 0 ELSE CASE WHEN NOT (CASE WHEN a.v2 = b.v2 OR (a.v2 IS NULL AND b.v2 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 ELSE 1 END END AS d2
  FROM (SELECT 1 AS x,
        CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7)) AS t,
        [id] AS k0,
        CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
        CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS v2,
        COUNT_BIG(*) OVER (PARTITION BY [id], CAST(CAST([region] AS nvarchar(max)) AS varbinary(max))) AS copies
    FROM [shop].[analytics].[orders]
    WHERE [id] IS NOT NULL AND [region] IS NOT NULL AND (amount > 0
)) a
  FULL
  JOIN (SELECT 1 AS x,
        CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7)) AS t,
        [id] AS k0,
        CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
        CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS v2,
        COUNT_BIG(*) OVER (PARTITION BY [id], CAST(CAST([region] AS nvarchar(max)) AS varbinary(max))) AS copies
    FROM [shop].[pr_42].[orders]
    WHERE [id] IS NOT NULL AND [region] IS NOT NULL AND (amount > 0
)) b ON a.k0 = b.k0 AND a.k1 = b.k1
  WHERE coalesce(a.copies, 1) = 1 AND coalesce(b.copies, 1) = 1) j
GROUP BY piece
ORDER BY piece
