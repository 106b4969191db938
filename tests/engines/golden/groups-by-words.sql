-- groups?by=title&_sort_desc=title&open=true
SELECT "title", count(*), count(*) OVER ()
FROM rows
WHERE ("open" IN ($p0))
GROUP BY 1
ORDER BY icu_sort_key("title", 'fa') DESC NULLS LAST, 1, icu_sort_key("title", 'fa') ASC NULLS LAST, 1
LIMIT 100
-- $p0 = True
