WITH dg__groups AS (SELECT k0,
      k1,
      0 AS kind,
      CASE WHEN f0 > 0 THEN f0 ELSE CAST(0 AS bigint) END AS m0,
      n
  FROM (SELECT k0,
        k1,
        max(f0) AS f0,
        count(*) AS n
    FROM (SELECT CASE WHEN f0 IS NOT NULL THEN k0 END AS k0,
          CASE WHEN f0 IS NOT NULL THEN k1 END AS k1,
          f0
      FROM (SELECT coalesce(a.k0, b.k0) AS k0,
            coalesce(a.k1, b.k1) AS k1,
            CASE WHEN (a.v0 IS DISTINCT FROM b.v0) OR (a.v2 IS DISTINCT FROM b.v2) THEN CAST(CASE WHEN NOT (a.v0 IS DISTINCT FROM b.v0) THEN 0 WHEN (ABS(CAST(a.v0 AS NUMBER(15, 4)) - CAST(b.v0 AS NUMBER(15, 4))) <= CAST('0.01' AS NUMBER(15, 4))) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS bigint) * 1 + CAST(CASE WHEN NOT (a.v2 IS DISTINCT FROM b.v2) THEN 0 WHEN b.v2 IS NULL THEN 2 WHEN a.v2 IS NULL THEN 3 ELSE 1 END AS bigint) * 8 END AS f0
        FROM (SELECT "id" AS k0,
              COLLATE("region", '') AS k1,
              CAST("amount" AS NUMBER(14, 4)) AS v0,
              COLLATE("note", '') AS v2
          FROM shop.analytics.orders
          WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) a
        JOIN (SELECT "id" AS k0,
              COLLATE("region", '') AS k1,
              CAST("amount" AS NUMBER(14, 4)) AS v0,
              COLLATE("note", '') AS v2
          FROM shop.pr_42.orders
          WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1) j) d
    GROUP BY k0,
        k1) g)
SELECT 'counts',
    '0',
    ('0,0,0,0,' || c.v),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR),
    CAST(NULL AS VARCHAR)
FROM (SELECT ((((((((coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS VARCHAR), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 0 AND (BITAND(m0, 27) <> 0) THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind <> 0 THEN repeated END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN BITAND(m0, 3) <> 0 THEN total END) AS VARCHAR), '0')))) || ',') || ((((((coalesce(CAST(sum(CASE WHEN BITAND(m0, 7) = 2 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN BITAND(m0, 7) = 3 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN BITAND(m0, 7) = 4 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN BITAND(m0, 7) = 5 THEN total END) AS VARCHAR), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN BITAND(m0, 24) <> 0 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN BITAND(m0, 56) = 16 THEN total END) AS VARCHAR), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN BITAND(m0, 56) = 24 THEN total END) AS VARCHAR), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN BITAND(m0, 56) = 32 THEN total END) AS VARCHAR), '0') || ',') || coalesce(CAST(sum(CASE WHEN BITAND(m0, 56) = 40 THEN total END) AS VARCHAR), '0')))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total,
        count(CASE WHEN n > 1 THEN 1 END) AS repeated
    FROM dg__groups
    GROUP BY kind,
        m0) w) c
