-- groups?by=state&avg=amount&_sort_desc=avg_amount
SELECT "state", sum("amount"), count("amount"), count(*) OVER ()
FROM rows
WHERE TRUE
GROUP BY 1
ORDER BY sum("amount") // nullif(count("amount"), 0) DESC NULLS LAST, (sum("amount") % nullif(count("amount"), 0)) / count("amount") DESC NULLS LAST, 1 ASC NULLS LAST
LIMIT 100
