SELECT count(CASE WHEN a.v0 IS NOT NULL OR b.v0 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN 1 END),
    count(DISTINCT CASE WHEN a.v0 IS NOT NULL AND NOT (a.v0 IS DISTINCT FROM b.v0) THEN cityHash64(cityHash64(tuple(3, a.v0))) END),
    count(CASE WHEN a.v1 IS NOT NULL OR b.v1 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1 AND NOT (ifNull(isNaN(a.v1), 0) AND ifNull(isNaN(b.v1), 0))) THEN 1 END),
    count(DISTINCT CASE WHEN a.v1 IS NOT NULL AND NOT (a.v1 IS DISTINCT FROM b.v1 AND NOT (ifNull(isNaN(a.v1), 0) AND ifNull(isNaN(b.v1), 0))) THEN cityHash64(cityHash64(tuple(3, (a.v1 + 0.0)))) END),
    count(CASE WHEN a.v2 IS NOT NULL OR b.v2 IS NOT NULL THEN 1 END),
    count(CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN 1 END),
    count(DISTINCT CASE WHEN a.v2 IS NOT NULL AND NOT (a.v2 IS DISTINCT FROM b.v2) THEN cityHash64(cityHash64(tuple(3, a.v2))) END)
FROM (SELECT `id` AS k0,
      `region` AS k1,
      `seen_at` AS v0,
      `ratio` AS v1,
      `note` AS v2
  FROM `analytics`.`orders`
  WHERE (amount > 0
) AND bitAnd(cityHash64(cityHash64(tuple(2, `id`, `region`))), 1048575) < 131072 AND `id` IS NOT NULL AND `region` IS NOT NULL) a
JOIN (SELECT `id` AS k0,
      `region` AS k1,
      `seen_at_new` AS v0,
      `ratio_new` AS v1,
      `note_new` AS v2
  FROM `pr_42`.`orders`
  WHERE (amount > 0
) AND bitAnd(cityHash64(cityHash64(tuple(2, `id`, `region`))), 1048575) < 131072 AND `id` IS NOT NULL AND `region` IS NOT NULL) b ON a.k0 = b.k0 AND a.k1 = b.k1
SETTINGS join_use_nulls = 1,
    prefer_column_name_to_alias = 1
