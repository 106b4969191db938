-- place?1403-05/1/2
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row
FROM rows
WHERE _period = $p0
AND _release = $p1
AND _row = $p2
ORDER BY _n DESC
LIMIT 100
-- $p0 = '1403-05'
-- $p1 = 1
-- $p2 = 2
