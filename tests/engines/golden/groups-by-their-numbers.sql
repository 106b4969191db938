-- groups?by=title&count=1&avg=share&_having=count__gt:2,avg_share__lte:7.5
SELECT "title", count(*), sum("share"), count("share"), count(*) OVER ()
FROM rows
WHERE TRUE
GROUP BY 1 HAVING count(*) > $p0
AND sum("share") <= $p1 * count("share")
ORDER BY icu_sort_key("title", 'fa') ASC NULLS LAST, 1
LIMIT 100
-- $p0 = 2
-- $p1 = Decimal('7.5')
