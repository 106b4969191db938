-- Projects on a day: one for each contract of works, as the last statement by then leaves it, and where it lies in its district.
CREATE MACRO projects_by(asked) AS TABLE
WITH last AS (
    SELECT project, max(cumulative) AS approved, max(number) AS last_statement, arg_max(built, number) AS built
    FROM statements
    WHERE issued_on <= asked
    GROUP BY project
),
fronts AS (
    -- Where one stands on a street before its parcels; of a street without any, before those of its district.
    SELECT street, district, list({lon: lon, lat: front} ORDER BY n) AS at
    FROM parcels GROUP BY GROUPING SETS ((street), (district))
),
placed AS (
    SELECT c.*, spots[1 + draw(len(spots), 'project-spot', c.key)] AS spot
    FROM (
        SELECT works.*, coalesce(own.at, around.at) AS spots
        FROM contracts works
        LEFT JOIN fronts own ON own.street = street_name(works.lane)
        LEFT JOIN fronts around
               ON around.street IS NULL
              AND around.district = CASE WHEN works.district = 'city' THEN getvariable('districts')[1] ELSE works.district END
        WHERE works.kind = 'works'
    ) c
)
SELECT year, printf('%d-P%s', year, split_part(number, '-', 2)) AS number, subject AS title, number AS contract, contractor_id,
       contractor, unit, district, street_name(lane) || ' (ساختگی)' AS place,
       spot.lon + draw(150, 'project-lon', key) - 75 AS lon, spot.lat AS lat,
       amount, CAST(coalesce(approved, 0) AS BIGINT) AS approved, last_statement,
       CAST(coalesce(approved, 0) * 1000 // amount AS BIGINT) AS financial, coalesce(built, 0) AS built,
       start_on AS started_on, end_on AS planned_end_on,
       CASE WHEN last.project IS NULL THEN 'not-started'
            WHEN state_of(end_on, c.key, asked) IN ('suspended', 'terminated') THEN 'stopped'
            WHEN state_of(end_on, c.key, asked) IN ('provisional', 'final') THEN 'done'
            ELSE 'running' END AS state
FROM placed c LEFT JOIN last ON last.project = printf('%d-P%s', c.year, split_part(c.number, '-', 2))
WHERE c.kind = 'works' AND signed_on <= asked
ORDER BY number;

CREATE TABLE projects AS FROM projects_by(getvariable('last_day'));
