-- groups?sum=amount&count=1&_release=1403-04/2
SELECT count(*), sum("amount"), count(*) OVER ()
FROM rows
WHERE (_period = $p0 AND _release = $p1)
LIMIT 100
-- $p0 = '1403-04'
-- $p1 = 2
