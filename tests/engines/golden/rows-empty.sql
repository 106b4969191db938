-- rows?amount__isnull=1&shape__isnull=0&state__not=void
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE ("amount" IS NULL)
AND ("shape" IS NOT NULL)
AND ("state" IS NULL OR NOT ("state" IN ($p0)))
LIMIT 101
-- $p0 = 'void'
