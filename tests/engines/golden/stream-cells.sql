-- cells?_fields=number,title,state,day&_lang=fa&state=active
SELECT CASE WHEN ascii("number") IN (61, 43, 45, 64, 9, 13, 10) THEN '''' || "number" ELSE "number" END AS "number", CASE WHEN ascii("title") IN (61, 43, 45, 64, 9, 13, 10) THEN '''' || "title" ELSE "title" END AS "title", CASE WHEN ascii(CASE CAST("state" AS VARCHAR) WHEN $p0 THEN $p1 WHEN $p2 THEN $p3 WHEN $p4 THEN $p5 ELSE CAST("state" AS VARCHAR) END) IN (61, 43, 45, 64, 9, 13, 10) THEN '''' || CASE CAST("state" AS VARCHAR) WHEN $p0 THEN $p1 WHEN $p2 THEN $p3 WHEN $p4 THEN $p5 ELSE CAST("state" AS VARCHAR) END ELSE CASE CAST("state" AS VARCHAR) WHEN $p0 THEN $p1 WHEN $p2 THEN $p3 WHEN $p4 THEN $p5 ELSE CAST("state" AS VARCHAR) END END AS "state", "day" AS "day", _period || '/' || _release || '#' || _row AS _row
FROM rows
WHERE ("state" IN ($p6))
-- $p0 = 'active'
-- $p1 = 'جاری'
-- $p2 = 'ended'
-- $p3 = 'پایان\u200cیافته'
-- $p4 = 'void'
-- $p5 = 'باطل'
-- $p6 = 'active'
