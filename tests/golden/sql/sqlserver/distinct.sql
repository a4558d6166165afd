SELECT COUNT_BIG(DISTINCT CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('0', CASE WHEN CAST([id] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([id] AS nvarchar(max))), ':', CAST([id] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint))
FROM [shop].[pr_42].[orders]
WHERE (amount > 0
) AND [id] IS NOT NULL AND [region] IS NOT NULL
