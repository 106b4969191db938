-- Who sits in the council, its sessions and who came: all of it as the votes tell.
CREATE TABLE council_members AS
SELECT n, name, 6 AS term, (['chair', 'vice', 'secretary', 'treasurer'])[n] AS seat, coalesce(seat, 'member') AS office,
       pick(getvariable('commissions'), 'seat', name) AS commission, DATE '2021-08-05' AS since,
       person_nid(90000 + n) AS national_id, person_mobile(90000 + n) AS mobile
FROM (SELECT unnest(getvariable('members')) AS name, unnest(range(1, len(getvariable('members')) + 1)) AS n)
ORDER BY n;

CREATE TABLE council_attendance AS
WITH heard AS (
    SELECT r.session, v.member, min(v.voted_on) AS held_on, bool_or(v.vote <> 'absent') AS came
    FROM votes v JOIN resolutions r USING (year, j)
    GROUP BY ALL
)
SELECT session, member, held_on,
       CASE WHEN came THEN 'present' ELSE pick(['excused', 'excused', 'absent'], 'excuse', session || member) END AS attendance
FROM heard
ORDER BY session, member;

CREATE TABLE council_sessions AS
WITH came AS (
    SELECT session, count(*) FILTER (WHERE attendance = 'present') AS present,
           count(*) FILTER (WHERE attendance <> 'present') AS absent
    FROM council_attendance
    GROUP BY session
)
SELECT session, any_value(term) AS term, min(decided_on) AS held_on, any_value(session_kind) AS kind, count(*) AS items,
       any_value(came.present) AS present, any_value(came.absent) AS absent
FROM resolutions JOIN came USING (session)
GROUP BY session
ORDER BY session;
