-- rows?_sort_desc=amount&_fields=number,amount&_size=20
SELECT "number", "amount", _period, _release, _row, _n, "amount" AS _key
FROM rows
WHERE TRUE
ORDER BY "amount" DESC NULLS LAST, _n
LIMIT 21
