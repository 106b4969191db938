-- rows?_sort=title
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, "title" AS _key
FROM rows
WHERE TRUE
ORDER BY icu_sort_key("title", 'fa') ASC NULLS LAST, "title" ASC NULLS LAST, _n
LIMIT 101
