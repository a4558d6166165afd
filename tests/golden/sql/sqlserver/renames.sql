SELECT COUNT_BIG(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    COUNT_BIG(CASE WHEN a.v0 IS NOT NULL AND NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 END),
    COUNT_BIG(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('3', CASE WHEN CONVERT(nvarchar(max), a.v0, 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), a.v0, 121)), ':', CONVERT(nvarchar(max), a.v0, 121)) END)), 1, 8) AS bigint) END),
    COUNT_BIG(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    COUNT_BIG(CASE WHEN a.v1 IS NOT NULL AND NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 END),
    COUNT_BIG(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('3', CASE WHEN CONVERT(nvarchar(max), (a.v1 + 0.0), 3) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), (a.v1 + 0.0), 3)), ':', CONVERT(nvarchar(max), (a.v1 + 0.0), 3)) END)), 1, 8) AS bigint) END),
    COUNT_BIG(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    COUNT_BIG(CASE WHEN a.v2 IS NOT NULL AND NOT (CASE WHEN a.v2 = b.v2 OR (a.v2 IS NULL AND b.v2 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 END),
    COUNT_BIG(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (CASE WHEN a.v2 = b.v2 OR (a.v2 IS NULL AND b.v2 IS NULL) THEN 0 ELSE 1 END = 1) THEN CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('3', CASE WHEN CAST(a.v2 AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(a.v2 AS nvarchar(max))), ':', CAST(a.v2 AS nvarchar(max))) END)), 1, 8) AS bigint) END)
FROM (SELECT [id] AS k0,
      CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
      CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS v0,
      [ratio] AS v1,
      CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS v2
  FROM [shop].[analytics].[orders]
  WHERE (amount > 0
) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('2', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072 AND [id] IS NOT NULL AND [region] IS NOT NULL) a
JOIN (SELECT [id] AS k0,
      CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
      CAST(SWITCHOFFSET([seen_at_new], 0) AS datetime2(7)) AS v0,
      [ratio_new] AS v1,
      CAST(CAST([note_new] AS nvarchar(max)) AS varbinary(max)) AS v2
  FROM [shop].[pr_42].[orders]
  WHERE (amount > 0
) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('2', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072 AND [id] IS NOT NULL AND [region] IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
