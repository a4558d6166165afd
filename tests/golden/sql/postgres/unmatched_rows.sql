SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(h) AS text), '0') AS h0
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", coalesce(TRIM(BOTH ' ' FROM lower(("note" COLLATE "C") COLLATE "und-x-icu")), ''), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", ("region" COLLATE "C")) AS copies
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(h) AS text), '0') AS h0
  FROM (SELECT hashfloat8extended(CAST(hash_record_extended(ROW("id", CAST("id" >> 32 AS integer), ("region" COLLATE "C"), CAST("amount" AS numeric), (CAST("amount" AS numeric) < 0), (CAST("amount" AS numeric) >= 'Infinity'::numeric), (CAST("amount" AS numeric) > 'Infinity'::numeric), "ratio", coalesce(TRIM(BOTH ' ' FROM lower(("note" COLLATE "C") COLLATE "und-x-icu")), ''), "shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "is_paid", "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), 0) AS double precision), 1) AS h,
        CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 ELSE 0 END AS whole,
        count(*) OVER (PARTITION BY "id", ("region" COLLATE "C")) AS copies
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) r
  WHERE whole = 0 OR copies > 1) p
