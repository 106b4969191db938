-- facets?by=state&state=active&amount__gt=5&_size=10
SELECT "state", count(*)
FROM rows
WHERE ("amount" > $p0)
GROUP BY 1
ORDER BY 2 DESC, 1 ASC NULLS LAST
LIMIT 11
-- $p0 = 5
