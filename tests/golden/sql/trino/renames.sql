SELECT count(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN 1 END),
    count(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['3', CAST(a.v0 AS varchar)] AS json))))) END),
    count(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN 1 END),
    count(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1) THEN from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['3', CAST((a.v1 + 0.0) AS varchar)] AS json))))) END),
    count(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN 1 END),
    count(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['3', a.v2] AS json))))) END)
FROM (SELECT "id" AS k0,
      "region" AS k1,
      ("seen_at" AT TIME ZONE 'UTC') AS v0,
      "ratio" AS v1,
      "note" AS v2
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region"] AS json))))), 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) a
JOIN (SELECT "id" AS k0,
      "region" AS k1,
      ("seen_at_new" AT TIME ZONE 'UTC') AS v0,
      "ratio_new" AS v1,
      "note_new" AS v2
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND bitwise_and(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['2', CAST("id" AS varchar), "region"] AS json))))), 1048575) < 131072 AND "id" IS NOT NULL AND "region" IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
