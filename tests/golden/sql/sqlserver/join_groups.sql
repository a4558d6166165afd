WITH dg__groups AS (SELECT k0,
      k1,
      CASE f0 WHEN -1 THEN 1 WHEN -2 THEN 2 ELSE 0 END AS kind,
      CASE WHEN f0 > 0 THEN f0 ELSE CAST(0 AS bigint) END AS m0,
      n
  FROM (SELECT k0,
        k1,
        max(f0) AS f0,
        COUNT_BIG(*) AS n
    FROM (SELECT CASE WHEN f0 IS NOT NULL THEN k0 END AS k0,
          CASE WHEN f0 IS NOT NULL THEN k1 END AS k1,
          f0
      FROM (SELECT coalesce(a.k0, b.k0) AS k0,
            coalesce(a.k1, b.k1) AS k1,
            CASE WHEN b.k0 IS NULL THEN CAST(-1 AS bigint) WHEN a.k0 IS NULL THEN CAST(-2 AS bigint) ELSE CASE WHEN (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.p0 = b.p0 OR (a.p0 IS NULL AND b.p0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q0 = b.q0 OR (a.q0 IS NULL AND b.q0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.p1 = b.p1 OR (a.p1 IS NULL AND b.p1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q1 = b.q1 OR (a.q1 IS NULL AND b.q1 IS NULL) THEN 0 ELSE 1 END = 1) THEN CAST(CASE WHEN NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS bigint) * 1 + CAST(CASE WHEN NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN ((ABS(CAST(a.v1 AS float)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS float)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS float) * 0.5 - CAST(b.v1 AS float) * 0.5) <= 0.5 * CAST(1e-06 AS float) * (CASE WHEN ABS(CAST(a.v1 AS float)) > ABS(CAST(b.v1 AS float)) THEN ABS(CAST(a.v1 AS float)) ELSE ABS(CAST(b.v1 AS float)) END))) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS bigint) * 8 + CAST(CASE WHEN (CASE WHEN a.p0 = b.p0 OR (a.p0 IS NULL AND b.p0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q0 = b.q0 OR (a.q0 IS NULL AND b.q0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 ELSE 0 END AS bigint) * 64 + CAST(CASE WHEN (CASE WHEN a.p1 = b.p1 OR (a.p1 IS NULL AND b.p1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q1 = b.q1 OR (a.q1 IS NULL AND b.q1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 ELSE 0 END AS bigint) * 512 END END AS f0
        FROM (SELECT [id] AS k0,
              CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
              CAST([amount] AS DECIMAL(14, 4)) AS v0,
              [ratio] AS v1,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('0', CASE WHEN CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END, CASE WHEN CONVERT(nvarchar(max), [shipped_on], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [shipped_on], 121)), ':', CONVERT(nvarchar(max), [shipped_on], 121)) END, CASE WHEN CONVERT(nvarchar(max), [created_at], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [created_at], 121)), ':', CONVERT(nvarchar(max), [created_at], 121)) END)), 1, 8) AS bigint) AS p0,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('1', CASE WHEN CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END, CASE WHEN CONVERT(nvarchar(max), [shipped_on], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [shipped_on], 121)), ':', CONVERT(nvarchar(max), [shipped_on], 121)) END, CASE WHEN CONVERT(nvarchar(max), [created_at], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [created_at], 121)), ':', CONVERT(nvarchar(max), [created_at], 121)) END)), 1, 8) AS bigint) AS q0,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('0', CASE WHEN CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)), ':', CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)) END, CASE WHEN CAST([is_paid] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([is_paid] AS nvarchar(max))), ':', CAST([is_paid] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) AS p1,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('1', CASE WHEN CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)), ':', CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)) END, CASE WHEN CAST([is_paid] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([is_paid] AS nvarchar(max))), ':', CAST([is_paid] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) AS q1
          FROM [shop].[analytics].[orders]
          WHERE (amount > 0
) AND [id] IS NOT NULL AND [region] IS NOT NULL) a
        FULL
        JOIN (SELECT [id] AS k0,
              CAST(CAST([region] AS nvarchar(max)) AS varbinary(max)) AS k1,
              CAST([amount] AS DECIMAL(14, 4)) AS v0,
              [ratio] AS v1,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('0', CASE WHEN CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END, CASE WHEN CONVERT(nvarchar(max), [shipped_on], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [shipped_on], 121)), ':', CONVERT(nvarchar(max), [shipped_on], 121)) END, CASE WHEN CONVERT(nvarchar(max), [created_at], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [created_at], 121)), ':', CONVERT(nvarchar(max), [created_at], 121)) END)), 1, 8) AS bigint) AS p0,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('1', CASE WHEN CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([note] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END, CASE WHEN CONVERT(nvarchar(max), [shipped_on], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [shipped_on], 121)), ':', CONVERT(nvarchar(max), [shipped_on], 121)) END, CASE WHEN CONVERT(nvarchar(max), [created_at], 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), [created_at], 121)), ':', CONVERT(nvarchar(max), [created_at], 121)) END)), 1, 8) AS bigint) AS q0,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('0', CASE WHEN CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)), ':', CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)) END, CASE WHEN CAST([is_paid] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([is_paid] AS nvarchar(max))), ':', CAST([is_paid] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) AS p1,
              CAST(SUBSTRING(HASHBYTES('MD5', CONCAT('1', CASE WHEN CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)), ':', CONVERT(nvarchar(max), CAST(SWITCHOFFSET([seen_at], 0) AS datetime2(7)), 121)) END, CASE WHEN CAST([is_paid] AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST([is_paid] AS nvarchar(max))), ':', CAST([is_paid] AS nvarchar(max))) END, CASE WHEN CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max)) IS NULL THEN 'N' ELSE CONCAT(DATALENGTH(CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))), ':', CAST(CAST(CAST([payload] AS nvarchar(max)) AS varbinary(max)) AS nvarchar(max))) END)), 1, 8) AS bigint) AS q1
          FROM [shop].[pr_42].[orders]
          WHERE (amount > 0
) AND [id] IS NOT NULL AND [region] IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1) j) d
    GROUP BY k0,
        k1) g)
SELECT 'counts',
    '0',
    CONCAT('0,0,0,0,', c.v),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max)),
    CAST(NULL AS nvarchar(max))
FROM (SELECT CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS nvarchar(max)), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS nvarchar(max)), '0'))), ','), CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN kind = 0 AND ((m0 & 1755) <> 0) THEN total END) AS nvarchar(max)), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN kind <> 0 THEN repeated END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 3) <> 0 THEN total END) AS nvarchar(max)), '0')))), ','), CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 7) = 2 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 7) = 3 THEN total END) AS nvarchar(max)), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 7) = 4 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 7) = 5 THEN total END) AS nvarchar(max)), '0'))), ','), CONCAT(CONCAT(CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 24) <> 0 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 56) = 16 THEN total END) AS nvarchar(max)), '0')), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 56) = 24 THEN total END) AS nvarchar(max)), '0'), ','), CONCAT(CONCAT(coalesce(CAST(sum(CASE WHEN (m0 & 56) = 32 THEN total END) AS nvarchar(max)), '0'), ','), coalesce(CAST(sum(CASE WHEN (m0 & 56) = 40 THEN total END) AS nvarchar(max)), '0')))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total,
        COUNT_BIG(CASE WHEN n > 1 THEN 1 END) AS repeated
    FROM dg__groups
    GROUP BY kind,
        m0) w) c
