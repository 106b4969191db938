-- rows?_next={"v":1,"s":"state","o":"","k":null,"n":7}
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE TRUE
AND _n > $p0
LIMIT 101
-- $p0 = 7
