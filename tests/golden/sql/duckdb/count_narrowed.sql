SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 END) AS nk
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
) AND ("orders"."seen_at" >= CAST('2024-05-01 00:00:00' AS TIMESTAMP WITH TIME ZONE) AND "orders"."seen_at" <= CAST('2024-05-31 12:00:00' AS TIMESTAMP WITH TIME ZONE)) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)))) & 1048575) < 131072) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "orders"."id" IS NOT NULL AND "orders"."region" IS NOT NULL THEN 1 END) AS nk
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
) AND ("orders"."seen_at" >= CAST('2024-05-01 00:00:00' AS TIMESTAMP WITH TIME ZONE) AND "orders"."seen_at" <= CAST('2024-05-31 12:00:00' AS TIMESTAMP WITH TIME ZONE)) AND (hash(hash(hash(xor(hash("orders"."id"), 2::UBIGINT)), hash(xor(hash(("orders"."region" COLLATE "C")), 2::UBIGINT)))) & 1048575) < 131072) p
