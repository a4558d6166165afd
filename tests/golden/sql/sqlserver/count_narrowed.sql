SELECT 0 AS side,
    p.*
FROM (SELECT COUNT_BIG(*) AS n,
      COUNT_BIG(CASE WHEN [id] IS NOT NULL AND [region] IS NOT NULL THEN 1 END) AS nk
  FROM [shop].[analytics].[orders]
  WHERE (amount > 0
) AND ([seen_at] >= CAST('2024-05-01 00:00:00' AS datetimeoffset(7)) AND [seen_at] <= CAST('2024-05-31 12:00:00' AS datetimeoffset(7))) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('2', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT COUNT_BIG(*) AS n,
      COUNT_BIG(CASE WHEN [id] IS NOT NULL AND [region] IS NOT NULL THEN 1 END) AS nk
  FROM [shop].[pr_42].[orders]
  WHERE (amount > 0
) AND ([seen_at] >= CAST('2024-05-01 00:00:00' AS datetimeoffset(7)) AND [seen_at] <= CAST('2024-05-31 12:00:00' AS datetimeoffset(7))) AND (CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('2', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) & 1048575) < 131072) p
