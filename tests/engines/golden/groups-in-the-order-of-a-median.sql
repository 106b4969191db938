-- groups?by=grade&median=share&_sort=median_share&_size=5
SELECT "grade", percentile_disc(0.5) WITHIN GROUP (ORDER BY "share"), percentile_disc(0.5) WITHIN GROUP (ORDER BY "share" DESC), count(*) OVER ()
FROM rows
WHERE TRUE
GROUP BY 1
ORDER BY percentile_disc(0.5) WITHIN GROUP (ORDER BY "share") + percentile_disc(0.5) WITHIN GROUP (ORDER BY "share" DESC) ASC NULLS LAST, 1 ASC NULLS LAST
LIMIT 5
