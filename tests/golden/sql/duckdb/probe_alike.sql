SELECT count(*),
    count(b.k0),
    count(CASE WHEN b.k0 IS NOT NULL AND ((a.v0 IS DISTINCT FROM b.v0) OR (a.v1 IS DISTINCT FROM b.v1) OR (a.v2 IS DISTINCT FROM b.v2) OR (a.v3 IS DISTINCT FROM b.v3) OR (a.v4 IS DISTINCT FROM b.v4) OR (a.v5 IS DISTINCT FROM b.v5) OR (a.v6 IS DISTINCT FROM b.v6) OR (CASE WHEN CAST(a.v7 AS VARCHAR) IS NOT DISTINCT FROM CAST(b.v7 AS VARCHAR) THEN false ELSE (CASE WHEN a.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(a.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) IS DISTINCT FROM (CASE WHEN b.v7 IS NOT NULL THEN array_to_string([CASE WHEN dg_q.x.i = '' THEN dg_q.p ELSE CASE WHEN ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') = '' THEN '0' ELSE dg_q.x.s || ltrim(rtrim((dg_q.x.i || dg_q.x.f), '0'), '0') || 'e' || CAST(coalesce(TRY_CAST(nullif(dg_q.x.e, '') AS HUGEINT), 0) + length(dg_q.x.i) - length(rtrim((dg_q.x.i || dg_q.x.f), '0')) AS VARCHAR) END || dg_q.p[strpos(dg_q.p, '"'):] END FOR dg_q IN [{'p': dg_p, 'x': regexp_extract(dg_p, '^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]\+?(-?[0-9]+))?"', ['s', 'i', 'f', 'e'])} FOR dg_p IN string_split(CAST(CAST(variant_normalize(CAST(CAST(CAST(CAST(regexp_replace(CAST(b.v7 AS VARCHAR), '"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.eE+-]*)', '"\1#\2"', 'g') AS JSON) AS VARIANT) AS JSON) AS VARIANT)) AS JSON) AS VARCHAR), '"#')]], '"#') END) END)) THEN 1 END)
FROM (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
      "orders"."ratio" AS v1,
      ("orders"."note" COLLATE "C") AS v2,
      "orders"."shipped_on" AS v3,
      "orders"."created_at" AS v4,
      "orders"."seen_at" AS v5,
      "orders"."is_paid" AS v6,
      "orders"."payload" AS v7
  FROM (SELECT *
    FROM "shop"."analytics"."orders"
    WHERE rowid BETWEEN 0 AND 199
    UNION ALL SELECT *
    FROM "shop"."analytics"."orders"
    WHERE rowid BETWEEN 200000 AND 200199
    UNION ALL SELECT *
    FROM "shop"."analytics"."orders"
    WHERE rowid BETWEEN 400000 AND 400199
    UNION ALL SELECT *
    FROM "shop"."analytics"."orders"
    WHERE rowid BETWEEN 600000 AND 600199
    UNION ALL SELECT *
    FROM "shop"."analytics"."orders"
    WHERE rowid BETWEEN 800000 AND 800199) AS "orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) a
LEFT
JOIN (SELECT "orders"."id" AS k0,
      ("orders"."region" COLLATE "C") AS k1,
      CAST("orders"."amount" AS DECIMAL(14, 4)) AS v0,
      "orders"."ratio" AS v1,
      ("orders"."note" COLLATE "C") AS v2,
      "orders"."shipped_on" AS v3,
      "orders"."created_at" AS v4,
      "orders"."seen_at" AS v5,
      "orders"."is_paid" AS v6,
      "orders"."payload" AS v7
  FROM (SELECT *
    FROM "shop"."pr_42"."orders"
    WHERE rowid BETWEEN 0 AND 2199
    UNION ALL SELECT *
    FROM "shop"."pr_42"."orders"
    WHERE rowid BETWEEN 198000 AND 202199
    UNION ALL SELECT *
    FROM "shop"."pr_42"."orders"
    WHERE rowid BETWEEN 398000 AND 402199
    UNION ALL SELECT *
    FROM "shop"."pr_42"."orders"
    WHERE rowid BETWEEN 598000 AND 602199
    UNION ALL SELECT *
    FROM "shop"."pr_42"."orders"
    WHERE rowid BETWEEN 798000 AND 802199) AS "orders"
  WHERE (amount > 0
) AND "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
