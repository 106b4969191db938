-- groups?by=state&count=1&sum=amount&avg=share&median=amount&min=day&max=amount&distinct=title
SELECT "state", count(*), sum("amount"), sum("share"), count("share"), percentile_disc(0.5) WITHIN GROUP (ORDER BY "amount"), percentile_disc(0.5) WITHIN GROUP (ORDER BY "amount" DESC), min("day"), max("amount"), count(DISTINCT "title"), count(*) OVER ()
FROM rows
WHERE TRUE
GROUP BY 1
ORDER BY 1 ASC NULLS LAST
LIMIT 100
