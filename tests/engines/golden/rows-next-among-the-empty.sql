-- rows?_sort=day&_next={"v":1,"s":"state","o":"%2Bday","k":null,"n":7}
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, "day" AS _key
FROM rows
WHERE TRUE
AND ("day" IS NULL AND _n > $p0)
ORDER BY "day" ASC NULLS LAST, _n
LIMIT 101
-- $p0 = 7
