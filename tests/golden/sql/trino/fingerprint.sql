SELECT count(*) AS n,
    count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region"] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h1,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(CAST("amount" AS DECIMAL(14, 4)) AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h2,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(("ratio" + 0.0) AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h3,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", "note"] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h4,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST("shipped_on" AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h5,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST("created_at" AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h6,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST(("seen_at" AT TIME ZONE 'UTC') AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h7,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", CAST("is_paid" AS varchar)] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h8,
    coalesce(CAST(sum(CAST(from_big_endian_64(xxhash64(to_utf8(json_format(CAST(ARRAY['0', CAST("id" AS varchar), "region", json_format("payload")] AS json))))) AS decimal(38, 0))) AS varchar), '0') AS h9
FROM "shop"."analytics"."orders"
WHERE (amount > 0
)
