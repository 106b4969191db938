-- rows?number__in=1-1,1-2&state__in=active,ended&day__in=1403-05-12,1402&title__in=پل,چاه
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE ("day" BETWEEN $p0 AND $p1 OR "day" IN ($p2))
AND ("number" IN ($p3, $p4))
AND ("state" IN ($p5, $p6))
AND ((CASE WHEN NOT regexp_matches("title", '(?:' || $p7 || ')|[¼-¾Ĳ-ĳĿ-… 90 characters, e75ed062') THEN FALSE WHEN regexp_matches("title", $p7) THEN TRUE WHEN regexp_matches("title", '[¼-¾Ĳ-ĳĿ-ŀŉ… 88 characters, 8d093358') THEN regexp_matches(array_to_string(list_transform(string_split("title", ''), lambda c: coalesce(string_split('1/4	1/2	3/4… 1001 characters, 9fe2496e', chr(9))[nullif(instr('¼½¾ĲĳĿŀŉǄǅǆ… 282 characters, ae91c218', c), 0)], c)), ''), $p7) ELSE FALSE END))
LIMIT 101
-- $p0 = datetime.date(2023, 3, 21)
-- $p1 = datetime.date(2024, 3, 19)
-- $p2 = datetime.date(2024, 8, 2)
-- $p3 = '1-1'
-- $p4 = '1-2'
-- $p5 = 'active'
-- $p6 = 'ended'
-- $p7 = '(?:^[\\x09-… 916 characters, 6d9f3f56'
