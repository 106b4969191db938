-- rows?_sort=share&_next={"v":1,"s":"state","o":"%2Bshare","k":"7.50","n":7}
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, "share" AS _key
FROM rows
WHERE TRUE
AND ("share" > $p1 OR ("share" = $p1 AND _n > $p0) OR "share" IS NULL)
ORDER BY "share" ASC NULLS LAST, _n
LIMIT 101
-- $p0 = 7
-- $p1 = Decimal('7.50')
