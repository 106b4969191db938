-- groups?by=day:year,day:month&sum=amount
SELECT ((CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1206), (((CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1206) * 100 + greatest((("day" - DATE '1970-01-01') - $p0[(CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1]) // 31, ((("day" - DATE '1970-01-01') - $p0[(CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1]) - 6) // 30) + 1), sum("amount"), count(*) OVER ()
FROM rows
WHERE TRUE
GROUP BY 1, 2
ORDER BY 1 ASC NULLS LAST, 2 ASC NULLS LAST
LIMIT 100
-- $p0 = [-52150, -51… 2140 characters, 8736e4e4]
