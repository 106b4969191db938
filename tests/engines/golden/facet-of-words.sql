-- facets?by=title&_search=پل
SELECT "title", count(*)
FROM rows
WHERE ((CASE WHEN NOT regexp_matches(concat_ws(chr(31), "number", "title", "street", "site", "firm", "part_of", "person"), '(?:' || $p0 || ')|[¼-¾Ĳ-ĳĿ-… 90 characters, e75ed062') THEN FALSE WHEN regexp_matches(concat_ws(chr(31), "number", "title", "street", "site", "firm", "part_of", "person"), $p0) THEN TRUE WHEN regexp_matches(concat_ws(chr(31), "number", "title", "street", "site", "firm", "part_of", "person"), '[¼-¾Ĳ-ĳĿ-ŀŉ… 88 characters, 8d093358') THEN regexp_matches(array_to_string(list_transform(string_split(concat_ws(chr(31), "number", "title", "street", "site", "firm", "part_of", "person"), ''), lambda c: coalesce(string_split('1/4	1/2	3/4… 1001 characters, 9fe2496e', chr(9))[nullif(instr('¼½¾ĲĳĿŀŉǄǅǆ… 282 characters, ae91c218', c), 0)], c)), ''), $p0) ELSE FALSE END))
GROUP BY 1
ORDER BY 2 DESC, icu_sort_key("title", 'fa') ASC NULLS LAST, 1
LIMIT 21
-- $p0 = '[پ][̀-ͯ҃-҉\… 107 characters, 9d8ba27d'
