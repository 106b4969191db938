-- Every day of the years in `year_lengths` (which the loader fills from the official calendar), with its Jalali parts.
CREATE TABLE days AS
WITH months AS (
    SELECT jy, first_day, unnest(range(1, 13)) AS jm, length FROM year_lengths
),
placed AS (
    SELECT jy, jm, first_day + ((jm - 1) * 30 + least(jm - 1, 6))::INTEGER AS start,
           CASE WHEN jm <= 6 THEN 31 WHEN jm <= 11 THEN 30 ELSE length - 336 END AS length
    FROM months
)
SELECT start + (jd - 1)::INTEGER AS day, jy, jm, jd, printf('%04d-%02d', jy, jm) AS month
FROM (SELECT *, unnest(range(1, length + 1)) AS jd FROM placed)
ORDER BY day;

CREATE MACRO new_year(y) AS (SELECT first_day FROM year_lengths WHERE jy = y);

-- The first day from one on on which offices work, Saturday to Wednesday, and the last one up to it.
CREATE MACRO office_day(x) AS x + CASE isodow(x) WHEN 4 THEN 2 WHEN 5 THEN 1 ELSE 0 END;
CREATE MACRO office_day_before(x) AS x - CASE isodow(x) WHEN 4 THEN 1 WHEN 5 THEN 2 ELSE 0 END;

-- One day in the forms people write; each macro looks it up, which serves small tables.
CREATE MACRO j_slash(x) AS (SELECT printf('%d/%02d/%02d', jy, jm, jd) FROM days WHERE day = x);
CREATE MACRO j_plain(x) AS (SELECT printf('%d/%d/%d', jy, jm, jd) FROM days WHERE day = x);
CREATE MACRO j_dash(x) AS (SELECT printf('%d-%02d-%02d', jy, jm, jd) FROM days WHERE day = x);
CREATE MACRO j_short(x) AS (SELECT printf('%02d-%d-%d', jy % 100, jm, jd) FROM days WHERE day = x);

-- For millions of rows a join costs less than a look-up.
CREATE TABLE day_texts AS
SELECT day, printf('%d/%02d/%02d', jy, jm, jd) AS slash, printf('%d%02d%02d', jy, jm, jd) AS solid,
       printf('%02d/%d/%d', jy % 100, jm, jd) AS short
FROM days;
