-- rows?_sort_desc=title&_next={"v":1,"s":"state","o":"-title","k":"پل","n":7}
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, "title" AS _key
FROM rows
WHERE TRUE
AND (icu_sort_key("title", 'fa') < icu_sort_key($p1, 'fa') OR (icu_sort_key("title", 'fa') = icu_sort_key($p1, 'fa') AND ("title" < $p1 OR ("title" = $p1 AND _n > $p0))) OR icu_sort_key("title", 'fa') IS NULL)
ORDER BY icu_sort_key("title", 'fa') DESC NULLS LAST, "title" DESC NULLS LAST, _n
LIMIT 101
-- $p0 = 7
-- $p1 = 'پل'
