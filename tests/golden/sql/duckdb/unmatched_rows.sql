SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h >> 8 AS BIGINT)) AS VARCHAR), '0') AS h0
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h,
        CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "orders"."id", ("orders"."region" COLLATE "C")) AS copies
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(CAST(h >> 8 AS BIGINT)) AS VARCHAR), '0') AS h0
  FROM (SELECT hash(hash("orders"."id", ("orders"."region" COLLATE "C"), CAST("orders"."amount" AS DECIMAL(14, 4)), "orders"."ratio", coalesce(TRIM(BOTH ' ' FROM lower(("orders"."note" COLLATE "C"))), ''), "orders"."shipped_on", "orders"."created_at", "orders"."seen_at", "orders"."is_paid", (CASE WHEN "orders"."payload" IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST("orders"."payload" AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END))) AS h,
        CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "orders"."id", ("orders"."region" COLLATE "C")) AS copies
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
