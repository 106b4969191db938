-- cells?_fields=number,title,state,day&_lang=fa&state=active
SELECT CASE WHEN ascii("number") BETWEEN 48
AND 57 OR ascii("number") BETWEEN 65
AND 122 OR ascii("number") BETWEEN 1568
AND 1791 THEN "number" WHEN regexp_matches("number", '^''*(?:[\t\… 350 characters, 281b7e42') THEN '''' || "number" ELSE "number" END AS "number", CASE WHEN ascii("title") BETWEEN 48
AND 57 OR ascii("title") BETWEEN 65
AND 122 OR ascii("title") BETWEEN 1568
AND 1791 THEN "title" WHEN regexp_matches("title", '^''*(?:[\t\… 350 characters, 281b7e42') THEN '''' || "title" ELSE "title" END AS "title", CASE CAST("state" AS VARCHAR) WHEN $p0 THEN $p1 WHEN $p2 THEN $p3 WHEN $p4 THEN $p5 ELSE CASE WHEN ascii(CAST("state" AS VARCHAR)) BETWEEN 48
AND 57 OR ascii(CAST("state" AS VARCHAR)) BETWEEN 65
AND 122 OR ascii(CAST("state" AS VARCHAR)) BETWEEN 1568
AND 1791 THEN CAST("state" AS VARCHAR) WHEN regexp_matches(CAST("state" AS VARCHAR), '^''*(?:[\t\… 350 characters, 281b7e42') THEN '''' || CAST("state" AS VARCHAR) ELSE CAST("state" AS VARCHAR) END END AS "state", "day" AS "day", _period || '/' || _release || '#' || _row AS _row
FROM rows
WHERE ("state" IN ($p6))
-- $p0 = 'active'
-- $p1 = 'جاری'
-- $p2 = 'ended'
-- $p3 = 'پایان\u200cیافته'
-- $p4 = 'void'
-- $p5 = 'باطل'
-- $p6 = 'active'
