-- facets?by=day:year
SELECT ((CASE WHEN ("day" - DATE '1970-01-01') >= -52150 AND ("day" - DATE '1970-01-01') < 54866 THEN CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) - CAST($p0[CAST(floor((("day" - DATE '1970-01-01') - -52152) / 365.2422) AS INTEGER) + 1] > ("day" - DATE '1970-01-01') AS INTEGER) END) + 1206), count(*)
FROM rows
WHERE TRUE
GROUP BY 1
ORDER BY 2 DESC, 1 ASC NULLS LAST
LIMIT 21
-- $p0 = [-52150, -51… 2140 characters, 8736e4e4]
