-- rows?amount__gt=5&amount__lte=1000&day__gte=1403&day__lt=1404-02&share__lt=0.5
SELECT "number", "title", "street", "state", "grade", "amount", "share", "count", "day", "month", "open", "site", "firm", "part_of", "person", "shape", "height", _period, _release, _row, _n, NULL AS _key
FROM rows
WHERE ("amount" > $p0)
AND ("amount" <= $p1)
AND ("day" >= $p2)
AND ("day" < $p3)
AND ("share" < $p4)
LIMIT 101
-- $p0 = 5
-- $p1 = 1000
-- $p2 = datetime.date(2024, 3, 20)
-- $p3 = datetime.date(2025, 4, 21)
-- $p4 = Decimal('0.5')
