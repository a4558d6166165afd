SELECT 0 AS side,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk
  FROM shop.analytics.orders AT(STATEMENT => '42')
  WHERE (amount > 0
)) p
UNION ALL SELECT 1,
    p.*
FROM (SELECT count(*) AS n,
      count(CASE WHEN "id" IS NOT NULL AND "region" IS NOT NULL THEN 1 END) AS nk
  FROM shop.pr_42.orders
  WHERE (amount > 0
)) p
