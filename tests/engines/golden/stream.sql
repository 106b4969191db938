-- stream?_fields=number,amount&_sort=day
SELECT "number" AS "number", "amount" AS "amount", _period || '/' || _release || '#' || _row AS _row
FROM rows
WHERE TRUE
ORDER BY "day" ASC NULLS LAST, _n
