-- rows?state=active&amount=5&share=7.5&open=true&grade=2&firm=10101234567
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE ("amount" IN ($p0))
AND ("firm" IN ($p1))
AND ("grade" IN ($p2))
AND ("open" IN ($p3))
AND ("share" IN ($p4))
AND ("state" IN ($p5))
LIMIT 101
-- $p0 = 5
-- $p1 = '10101234567'
-- $p2 = 2
-- $p3 = True
-- $p4 = Decimal('7.5')
-- $p5 = 'active'
