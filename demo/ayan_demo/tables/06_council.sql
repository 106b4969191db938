-- The council sits on Tuesdays.
CREATE MACRO first_tuesday(x) AS x + CAST((9 - isodow(x)) % 7 AS INTEGER);
-- The sixth term of councils began on 14 Mordad 1400, and nothing is told of the one before.
CREATE MACRO sits_from(y) AS greatest(new_year(y) + 5, DATE '2021-08-05');

-- What stands on the agenda, in weekly sessions; every twelfth item is contested.
CREATE TABLE agenda AS
SELECT year, j, year * 10000 + j AS key, printf('%d/%d', year, j) AS number,
       (j - 1) * getvariable('sessions') // getvariable('resolutions') AS sitting,
       draw(12, 'contested', year * 10000 + j) = 0 AS contested
FROM (SELECT unnest(getvariable('years')) AS year), range(1, getvariable('resolutions') + 1) r(j);

-- Who is away from a session is absent from all its votes; who is there and takes no part in one did not vote.
CREATE TABLE votes AS
SELECT year, j, number, member, first_tuesday(sits_from(year)) + (sitting * 7)::INTEGER AS voted_on,
       CASE WHEN draw(14, 'away', year * 1000 + sitting || member) = 0 THEN 'absent' ELSE
       pick(CASE WHEN contested THEN getvariable('contested_votes') ELSE getvariable('usual_votes') END,
            'vote', number || member) END AS vote
FROM agenda, (SELECT unnest(getvariable('members')) AS member)
WHERE voted_on <= getvariable('last_day') AND voted_on < new_year(year + 1)
ORDER BY year, j, member;

-- The resolutions count the votes, so that the two tables cannot differ.
CREATE TABLE resolutions AS
WITH counted AS (
    SELECT year, j, min(voted_on) AS decided_on,
           count(*) FILTER (WHERE vote = 'for') AS votes_for,
           count(*) FILTER (WHERE vote = 'against') AS votes_against,
           count(*) FILTER (WHERE vote = 'abstained') AS abstained,
           count(*) FILTER (WHERE vote = 'no-vote') AS not_voting,
           count(*) FILTER (WHERE vote <> 'absent') AS present
    FROM votes
    GROUP BY year, j
),
titled AS (
    SELECT *, dense_rank() OVER (ORDER BY year, sitting) AS session,
           pick(getvariable('resolution_titles'), 'title', key) AS about, replace(about[1], '{street}',
                street_name(street_for(CASE WHEN about[1] LIKE '%اتوبوس%' THEN 'main' ELSE 'any' END, key))) AS title
    FROM counted JOIN agenda USING (year, j)
)
SELECT year, j, number, 6 AS term, session,
       CASE WHEN session % 9 = 0 THEN 'extraordinary' ELSE 'ordinary' END AS session_kind, decided_on, title,
       'شورا در جلسهٔ ' || persian(session) || ' دربارهٔ «' || title || '» رأی گرفت (متن ساختگی).' AS text,
       about[2] AS commission, votes_for, votes_against, abstained, not_voting,
       present,
       CASE WHEN draw(30, 'postponed', key) = 0 THEN 'postponed'
            WHEN votes_for * 2 <= present THEN 'rejected'
            WHEN draw(40, 'objected', key) = 0 THEN 'objected'
            ELSE 'adopted' END AS outcome,
       CASE WHEN outcome = 'adopted' THEN pick(['done', 'done', 'done', 'under-way', 'under-way', 'not-begun'], 'follow-up', key)
       END AS follow_up,
       CASE follow_up WHEN 'done' THEN 'انجام شد و گزارش آن به شورا رسید (پاسخ ساختگی).'
                      WHEN 'under-way' THEN 'در دست انجام است (پاسخ ساختگی).' END AS answer
FROM titled
ORDER BY year, j;

-- Large contracts are signed by leave of the council: each of the last resolution that was adopted in its year at least two
-- days before, one contract a resolution. The resolution tells of the contract, and the contract bears its number.
CREATE TABLE leave_given AS
WITH last_of_day AS (
    SELECT year, decided_on, arg_max(number, j) AS number
    FROM resolutions
    WHERE outcome = 'adopted'
    GROUP BY year, decided_on
)
SELECT c.number AS contract, c.subject, r.number
FROM (SELECT *, signed_on - 2 AS latest FROM contracts WHERE amount > 20000000000 AND kind <> 'lease') c
ASOF JOIN last_of_day r ON c.year = r.year AND c.latest >= r.decided_on
QUALIFY row_number() OVER (PARTITION BY r.number ORDER BY c.number) = 1;

UPDATE resolutions
SET title = 'اجازهٔ بستن قرارداد «' || g.subject || '»',
    text = 'شورا در جلسهٔ ' || persian(session) || ' بستن قرارداد «' || g.subject || '» را اجازه داد (متن ساختگی).',
    follow_up = 'done', answer = 'قرارداد بسته شد (پاسخ ساختگی).'
FROM leave_given g
WHERE resolutions.number = g.number;

ALTER TABLE contracts ADD COLUMN resolution VARCHAR;
UPDATE contracts SET resolution = g.number FROM leave_given g WHERE contracts.number = g.contract;
