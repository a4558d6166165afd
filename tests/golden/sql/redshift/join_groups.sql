WITH dg__groups AS (SELECT k0,
      k1,
      CASE f0 WHEN -1 THEN 1 WHEN -2 THEN 2 ELSE 0 END AS kind,
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
            CASE WHEN b.k0 IS NULL THEN CAST(-1 AS bigint) WHEN a.k0 IS NULL THEN CAST(-2 AS bigint) ELSE CASE WHEN (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.p0 = b.p0 OR (a.p0 IS NULL AND b.p0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q0 = b.q0 OR (a.q0 IS NULL AND b.q0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.p1 = b.p1 OR (a.p1 IS NULL AND b.p1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q1 = b.q1 OR (a.q1 IS NULL AND b.q1 IS NULL) THEN 0 ELSE 1 END = 1) THEN CAST(CASE WHEN NOT (CASE WHEN a.v0 = b.v0 OR (a.v0 IS NULL AND b.v0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN (ABS(CAST(a.v0 AS DECIMAL(15, 4)) - CAST(b.v0 AS DECIMAL(15, 4))) <= CAST('0.01' AS DECIMAL(15, 4))) THEN 4 WHEN b.v0 IS NULL THEN 2 WHEN a.v0 IS NULL THEN 3 ELSE 1 END AS bigint) * 1 + CAST(CASE WHEN NOT (CASE WHEN a.v1 = b.v1 OR (a.v1 IS NULL AND b.v1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 0 WHEN ((ABS(CAST(a.v1 AS DOUBLE PRECISION)) <= 1.7976931348623157e308 AND ABS(CAST(b.v1 AS DOUBLE PRECISION)) <= 1.7976931348623157e308 AND ABS(CAST(a.v1 AS DOUBLE PRECISION) * 0.5 - CAST(b.v1 AS DOUBLE PRECISION) * 0.5) <= 0.5 * CAST(1e-06 AS DOUBLE PRECISION) * (CASE WHEN ABS(CAST(a.v1 AS DOUBLE PRECISION)) > ABS(CAST(b.v1 AS DOUBLE PRECISION)) THEN ABS(CAST(a.v1 AS DOUBLE PRECISION)) ELSE ABS(CAST(b.v1 AS DOUBLE PRECISION)) END))) THEN 4 WHEN b.v1 IS NULL THEN 2 WHEN a.v1 IS NULL THEN 3 ELSE 1 END AS bigint) * 8 + CAST(CASE WHEN (CASE WHEN a.p0 = b.p0 OR (a.p0 IS NULL AND b.p0 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q0 = b.q0 OR (a.q0 IS NULL AND b.q0 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 ELSE 0 END AS bigint) * 64 + CAST(CASE WHEN (CASE WHEN a.p1 = b.p1 OR (a.p1 IS NULL AND b.p1 IS NULL) THEN 0 ELSE 1 END = 1) OR (CASE WHEN a.q1 = b.q1 OR (a.q1 IS NULL AND b.q1 IS NULL) THEN 0 ELSE 1 END = 1) THEN 1 ELSE 0 END AS bigint) * 512 END END AS f0
        FROM (SELECT "id" AS k0,
              COLLATE("region", 'case_sensitive') AS k1,
              CAST("amount" AS DECIMAL(14, 4)) AS v0,
              "ratio" AS v1,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(CAST("created_at" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("created_at" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(CAST("shipped_on" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("shipped_on" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(COLLATE("note", 'case_sensitive'), ''), FNV_HASH(COALESCE(OCTET_LENGTH(COLLATE("note", 'case_sensitive')), -1), FNV_HASH(0))))))) AS VARCHAR(65535))) AS p0,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(CAST("created_at" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("created_at" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(CAST("shipped_on" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("shipped_on" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(COLLATE("note", 'case_sensitive'), ''), FNV_HASH(COALESCE(OCTET_LENGTH(COLLATE("note", 'case_sensitive')), -1), FNV_HASH(1))))))) AS VARCHAR(65535))) AS q0,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(JSON_SERIALIZE("payload"), ''), FNV_HASH(COALESCE(OCTET_LENGTH(JSON_SERIALIZE("payload")), -1), FNV_HASH(COALESCE(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END, ''), FNV_HASH(COALESCE(OCTET_LENGTH(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END), -1), FNV_HASH(COALESCE(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535))), -1), FNV_HASH(0))))))) AS VARCHAR(65535))) AS p1,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(JSON_SERIALIZE("payload"), ''), FNV_HASH(COALESCE(OCTET_LENGTH(JSON_SERIALIZE("payload")), -1), FNV_HASH(COALESCE(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END, ''), FNV_HASH(COALESCE(OCTET_LENGTH(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END), -1), FNV_HASH(COALESCE(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535))), -1), FNV_HASH(1))))))) AS VARCHAR(65535))) AS q1
          FROM "shop"."analytics"."orders"
          WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) a
        FULL
        JOIN (SELECT "id" AS k0,
              COLLATE("region", 'case_sensitive') AS k1,
              CAST("amount" AS DECIMAL(14, 4)) AS v0,
              "ratio" AS v1,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(CAST("created_at" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("created_at" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(CAST("shipped_on" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("shipped_on" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(COLLATE("note", 'case_sensitive'), ''), FNV_HASH(COALESCE(OCTET_LENGTH(COLLATE("note", 'case_sensitive')), -1), FNV_HASH(0))))))) AS VARCHAR(65535))) AS p0,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(CAST("created_at" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("created_at" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(CAST("shipped_on" AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST("shipped_on" AS VARCHAR(65535))), -1), FNV_HASH(COALESCE(COLLATE("note", 'case_sensitive'), ''), FNV_HASH(COALESCE(OCTET_LENGTH(COLLATE("note", 'case_sensitive')), -1), FNV_HASH(1))))))) AS VARCHAR(65535))) AS q0,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(JSON_SERIALIZE("payload"), ''), FNV_HASH(COALESCE(OCTET_LENGTH(JSON_SERIALIZE("payload")), -1), FNV_HASH(COALESCE(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END, ''), FNV_HASH(COALESCE(OCTET_LENGTH(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END), -1), FNV_HASH(COALESCE(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535))), -1), FNV_HASH(0))))))) AS VARCHAR(65535))) AS p1,
              FARMFINGERPRINT64(CAST(FNV_HASH(COALESCE(JSON_SERIALIZE("payload"), ''), FNV_HASH(COALESCE(OCTET_LENGTH(JSON_SERIALIZE("payload")), -1), FNV_HASH(COALESCE(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END, ''), FNV_HASH(COALESCE(OCTET_LENGTH(CASE WHEN "is_paid" THEN 'true' WHEN NOT "is_paid" THEN 'false' END), -1), FNV_HASH(COALESCE(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535)), ''), FNV_HASH(COALESCE(OCTET_LENGTH(CAST(("seen_at" AT TIME ZONE 'UTC') AS VARCHAR(65535))), -1), FNV_HASH(1))))))) AS VARCHAR(65535))) AS q1
          FROM "shop"."pr_42"."orders"
          WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1) j) d
    GROUP BY k0,
        k1) g)
SELECT 'counts',
    '0',
    ('0,0,0,0,' || c.v),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535)),
    CAST(NULL AS VARCHAR(65535))
FROM (SELECT ((((((((coalesce(CAST(sum(CASE WHEN kind <> 2 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind <> 1 THEN total END) AS VARCHAR(65535)), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind = 0 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 1 THEN total END) AS VARCHAR(65535)), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN kind = 2 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN kind = 0 AND ((m0 & 1755) <> 0) THEN total END) AS VARCHAR(65535)), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN kind <> 0 THEN repeated END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 3) <> 0 THEN total END) AS VARCHAR(65535)), '0')))) || ',') || ((((((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 2 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 7) = 3 THEN total END) AS VARCHAR(65535)), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 7) = 4 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 7) = 5 THEN total END) AS VARCHAR(65535)), '0'))) || ',') || ((((coalesce(CAST(sum(CASE WHEN (m0 & 24) <> 0 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 16 THEN total END) AS VARCHAR(65535)), '0')) || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 24 THEN total END) AS VARCHAR(65535)), '0') || ',') || ((coalesce(CAST(sum(CASE WHEN (m0 & 56) = 32 THEN total END) AS VARCHAR(65535)), '0') || ',') || coalesce(CAST(sum(CASE WHEN (m0 & 56) = 40 THEN total END) AS VARCHAR(65535)), '0')))))) AS v
  FROM (SELECT kind,
        m0,
        sum(n) AS total,
        count(CASE WHEN n > 1 THEN 1 END) AS repeated
    FROM dg__groups
    GROUP BY kind,
        m0) w) c
