SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(hashfloat8extended(CAST(coalesce(hashint8extended("id", -7046029254386353131), 4354685564936845354) # coalesce(hashint4extended(CAST("id" >> 32 AS integer), -2691343689449507777), 8709371129873690708) # coalesce(hashtextextended(("region" COLLATE "C"), 1663341875487337577), -5382687378899015554) # coalesce(hash_numeric_extended(CAST("amount" AS numeric), 6018027440424182931), -1028001813962170200) # CASE WHEN CAST("amount" AS numeric) < 0 THEN -8074031068348523331 WHEN CAST("amount" AS numeric) >= 'Infinity'::numeric THEN 3326683750974675154 ELSE 0 END # coalesce(hashfloat8extended("ratio", -3719345503411677977), 7681369315911520508) # coalesce(hashtextextended(("note" COLLATE "C"), 635340061525167377), -6410689192861185754) # CASE WHEN "is_paid" THEN 4990025626462012731 WHEN NOT "is_paid" THEN -2056003627924340400 ELSE 0 END # hash_record_extended(ROW("shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), -9102032882310693531) AS double precision), 1)) AS text), '0') AS h1
  FROM "shop"."analytics"."orders"
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(*) AS nk,
      coalesce(CAST(sum(hashfloat8extended(CAST(coalesce(hashint8extended("id", -7046029254386353131), 4354685564936845354) # coalesce(hashint4extended(CAST("id" >> 32 AS integer), -2691343689449507777), 8709371129873690708) # coalesce(hashtextextended(("region" COLLATE "C"), 1663341875487337577), -5382687378899015554) # coalesce(hash_numeric_extended(CAST("amount" AS numeric), 6018027440424182931), -1028001813962170200) # CASE WHEN CAST("amount" AS numeric) < 0 THEN -8074031068348523331 WHEN CAST("amount" AS numeric) >= 'Infinity'::numeric THEN 3326683750974675154 ELSE 0 END # coalesce(hashfloat8extended("ratio", -3719345503411677977), 7681369315911520508) # coalesce(hashtextextended(("note" COLLATE "C"), 635340061525167377), -6410689192861185754) # CASE WHEN "is_paid" THEN 4990025626462012731 WHEN NOT "is_paid" THEN -2056003627924340400 ELSE 0 END # hash_record_extended(ROW("shipped_on", timestamp_send("created_at"), timestamptz_send("seen_at"), "payload", regexp_replace(regexp_replace(CAST("payload" AS text), '(\.[0-9]*?)0+([^0-9]|$)', '\1\2', 'g'), '\.([^0-9]|$)', '\1', 'g')), -9102032882310693531) AS double precision), 1)) AS text), '0') AS h1
  FROM "shop"."pr_42"."orders"
  WHERE (amount > 0
)) p
