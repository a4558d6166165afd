SELECT count(DISTINCT from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region"] AS json))))))
FROM "shop"."pr_42"."orders"
WHERE (amount > 0
) AND "id" IS NOT NULL AND "region" IS NOT NULL
