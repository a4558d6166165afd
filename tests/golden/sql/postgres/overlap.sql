SELECT CAST(w.lo AS text),
    CAST(w.hi AS text),
    CASE WHEN w.known = 0 THEN NULL WHEN w.lo <= w.hi THEN 1 ELSE 0 END
FROM (SELECT CASE WHEN a.lo > b.lo THEN a.lo ELSE b.lo END AS lo,
      CASE WHEN a.hi < b.hi THEN a.hi ELSE b.hi END AS hi,
      CASE WHEN a.lo IS NULL OR b.lo IS NULL THEN 0 ELSE 1 END AS known
  FROM (SELECT min("seen_at") AS lo,
        max("seen_at") AS hi
    FROM "shop"."analytics"."orders"
    WHERE (amount > 0
)) a,
      (SELECT min("seen_at") AS lo,
        max("seen_at") AS hi
    FROM "shop"."pr_42"."orders"
    WHERE (amount > 0
)) b) w
