-- rows?_release=1403-04/2
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE (_period = $p0 AND _release = $p1)
LIMIT 101
-- $p0 = '1403-04'
-- $p1 = 2
