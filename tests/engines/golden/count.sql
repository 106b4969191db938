-- count?state=active&amount__gt=5
SELECT count(*)
FROM rows
WHERE ("amount" > $p0)
AND ("state" IN ($p1))
-- $p0 = 5
-- $p1 = 'active'
