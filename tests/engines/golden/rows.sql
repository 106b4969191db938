-- rows?
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE TRUE
LIMIT 101
