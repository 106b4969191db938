-- record?A-001
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row
FROM rows
WHERE "number" = $p0
ORDER BY _n DESC
LIMIT 100
-- $p0 = 'A-001'
