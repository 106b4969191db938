-- groups?by=day:quarter,month:quarter,month:month&month=1403-Q2
SELECT (((CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1206) * 10 + (greatest((("day" - DATE '1970-01-01') - $p0[(CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1]) // 31, ((("day" - DATE '1970-01-01') - $p0[(CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1]) - 6) // 30) // 3) + 1), (CASE WHEN substr("month", 6, 1) = 'Q' THEN left("month", 7) WHEN length("month") >= 7 THEN left("month", 5) || 'Q' || ((TRY_CAST(substr("month", 6, 2) AS INTEGER) + 2) // 3) END), (CASE WHEN length("month") >= 7 AND substr("month", 6, 1) <> 'Q' THEN left("month", 7) END), count(*), count(*) OVER ()
FROM rows
WHERE ("month" BETWEEN $p1 AND $p2 OR "month" IN ($p3))
GROUP BY 1, 2, 3
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST, 3 ASC NULLS LAST
LIMIT 100
-- $p0 = [-52150, -51… 2140 characters, 8736e4e4]
-- $p1 = '1403-04'
-- $p2 = '1403-06~'
-- $p3 = '1403-Q2'
