SELECT CONVERT(nvarchar(max), min(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0), 3),
    CONVERT(nvarchar(max), max(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0), 3)
FROM [shop].[analytics].[orders]
WHERE (amount > 0
)
UNION ALL SELECT CONVERT(nvarchar(max), min(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0), 3),
    CONVERT(nvarchar(max), max(DATEDIFF_BIG(microsecond, CAST('1970-01-01' AS datetime2(7)), CAST(CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)) AS datetime2(7))) / 1000000.0), 3)
FROM [shop].[pr_42].[orders]
WHERE (amount > 0
)
