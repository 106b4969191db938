-- rows?day=1403-05&month=1403&day__not=2024-08-02
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE ("day" BETWEEN $p0 AND $p1)
AND ("day" IS NULL OR NOT ("day" IN ($p2)))
AND ("month" BETWEEN $p3 AND $p4)
LIMIT 101
-- $p0 = datetime.date(2024, 7, 22)
-- $p1 = datetime.date(2024, 8, 21)
-- $p2 = datetime.date(2024, 8, 2)
-- $p3 = '1403'
-- $p4 = '1403~'
