-- Staff in groups of five or more of the same post, grade, unit, contract and span of years.
CREATE TABLE staff AS
WITH groups AS (
    SELECT g, pick(['کارشناس', 'کارشناس ارشد', 'کارگر خدمات', 'راننده', 'متصدی امور دفتری', 'تکنسین', 'آتش‌نشان'], 'staff-post', g) AS post,
           4 + draw(12, 'staff-grade', g) AS grade, CASE WHEN post = 'آتش‌نشان' THEN 'سازمان آتش‌نشانی' ELSE pick(getvariable('units'), 'staff-unit', g) END AS unit,
           pick(['permanent', 'contract', 'contract', 'labour', 'labour', 'hourly'], 'staff-contract', g) AS contract,
           1380 + 5 * draw(5, 'staff-hired', g) AS hired, 5 + draw(12, 'staff-many', g) AS many
    FROM range(greatest(8, getvariable('managers') // 2)) r(g)
)
SELECT g, m, post, grade, unit, contract, hired, 60000 + g * 20 + m AS person, CAST(20000 + g * 20 + m AS VARCHAR) AS personnel_code
FROM groups, LATERAL (SELECT unnest(range(many)) AS m)
ORDER BY g, m;

-- What people ask, in the order it came in. Fourteen days stand for the ten working days of an answer.
CREATE TABLE requests AS
WITH drawn AS (
    SELECT year, j, year * 10000 + j AS key, new_year(year) + ((2 * j - 1) * 180 // most)::INTEGER AS received
    FROM (SELECT unnest(getvariable('years')) AS year), (SELECT greatest(40, getvariable('resolutions')) AS most),
         LATERAL (SELECT unnest(range(1, most + 1)) AS j)
),
asked AS (
    SELECT *, pick(['information', 'information', 'complaint', 'complaint', 'repair', 'repair', 'repair', 'permit', 'suggestion',
                    'meeting'], 'request-kind', key) AS kind,
           pick(CASE WHEN kind = 'repair' THEN list_filter(getvariable('units'), lambda u: NOT regexp_matches(u, 'مالی|فناوری|آتش|شهرسازی'))
                     WHEN kind = 'permit' THEN list_filter(getvariable('units'), lambda u: regexp_matches(u, 'منطقه|شهرسازی'))
                     ELSE getvariable('units') END, 'request-unit', key) AS unit, received + 14 AS due,
           received + (1 + draw(draw(20, 'slow', key) + 2, 'answer', key))::INTEGER AS ready, draw(20, 'outcome', key) AS roll
    FROM drawn
),
settled AS (
    SELECT *, CASE WHEN ready <= getvariable('last_day') - 3 AND roll > 0 THEN ready END AS answered
    FROM asked
),
timed AS (
    -- How many working days it took, and of these how many it waited for the applicant: one request in four did.
    SELECT *, len(list_filter(range(1, CAST(answered - received AS BIGINT) + 1), lambda d: dayofweek(received + d::INTEGER) NOT IN (4, 5))) AS open_days,
           CASE WHEN draw(4, 'returned', key) = 0 THEN 1 + draw(2, 'returns', key) ELSE 0 END AS sent_back,
           coalesce((SELECT list(code ORDER BY code) FROM services s WHERE s.unit = settled.unit AND s.channel = 'phone-online'), ['S-20']) AS repairs
    FROM settled
),
parted AS (
    SELECT *, CASE WHEN answered IS NOT NULL THEN CASE WHEN sent_back > 0 THEN open_days // 3 ELSE 0 END END AS waited,
           CASE WHEN answered IS NOT NULL THEN least(open_days - waited, draw(3, 'queued', key)) END AS queued,
           CASE kind WHEN 'information' THEN 'S-39' WHEN 'complaint' THEN 'S-40' WHEN 'meeting' THEN 'S-41' WHEN 'suggestion' THEN 'S-94'
                     WHEN 'permit' THEN pick(['S-01', 'S-02', 'S-03', 'S-04', 'S-06', 'S-07', 'S-42', 'S-43'], 'permit-service', key)
                     ELSE pick(repairs, 'repair-service', key) END AS service
    FROM timed
)
SELECT year, j, kind, unit, received, due, answered, answered - received AS days,
       CASE WHEN answered IS NULL THEN 'open' WHEN roll < 8 THEN 'done' WHEN roll < 14 THEN 'answered' WHEN roll < 16 THEN 'partly'
            WHEN roll < 18 THEN 'referred' ELSE 'refused' END AS outcome,
       CASE WHEN kind = 'information' AND outcome = 'refused' THEN CAST(13 + draw(5, 'ground', key) AS VARCHAR) END AS ground,
       person_name(1000 + draw(48000, 'asker', key)) AS applicant, person_mobile(1000 + draw(48000, 'asker', key)) AS mobile,
       printf('%d%07d', year, draw(10000000, 'tracking', key)) AS tracking,
       service, queued, CAST(open_days - waited - queued AS BIGINT) AS worked, waited, CASE WHEN answered IS NOT NULL THEN sent_back END AS returns,
       CASE WHEN answered IS NOT NULL THEN CASE WHEN (SELECT visit FROM services s WHERE s.code = service) OR draw(4, 'visit', key) = 0 THEN 1 ELSE 0 END END AS visits
FROM parted
ORDER BY year, j;

-- Licences of all years: a third to companies, the others to people who must vanish.
CREATE TABLE licences AS
WITH drawn AS (
    SELECT year, j, year * 10000 + j AS key, office_day(new_year(year) + (6 + (2 * j - 1) * 176 // most)::INTEGER) AS issued_on,
           pick(['taxi', 'taxi', 'school-transport', 'billboard', 'excavation', 'stall', 'shop-safety'], 'licence', year * 10000 + j) AS kind
    FROM (SELECT unnest(getvariable('years')) AS year), (SELECT greatest(20, getvariable('permits') // 6) AS most),
         LATERAL (SELECT unnest(range(1, most + 1)) AS j)
),
held AS (
    SELECT *, kind IN ('billboard', 'excavation') AS by_company, 1 + draw(getvariable('vendors'), 'licensee', key) AS vendor,
           1000 + draw(48000, 'licensee', key) AS holder, issued_on + (180 + 90 * draw(6, 'valid', key))::INTEGER AS valid_until
    FROM drawn
)
SELECT year, j, printf('L-%d-%04d', year, j) AS number, h.kind, issued_on, valid_until,
       pick(getvariable('districts'), 'licence-district', key) AS district,
       CASE WHEN by_company THEN v.legal_id END AS holder_id, CASE WHEN by_company THEN v.name END AS holder,
       (2 + draw(60, 'licence-fee', key)) * 250000 AS fee,
       CASE WHEN draw(25, 'licence-revoked', key) = 0 THEN 'revoked' WHEN valid_until < getvariable('closed_day') THEN 'expired'
            ELSE 'valid' END AS state,
       CASE WHEN NOT by_company THEN person_name(h.holder) END AS person,
       CASE WHEN NOT by_company THEN person_nid(h.holder) END AS person_national_id
FROM held h JOIN vendors v ON v.n = h.vendor
ORDER BY year, j;

CREATE TABLE exemptions AS
SELECT year, district, use, draw(9, 'exempt', year || district || use) AS exemptions,
       draw(exemptions + 1, 'exempt-ended', year || district || use) AS ended
FROM (SELECT unnest(getvariable('years')) AS year), (SELECT unnest(getvariable('districts')) AS district),
     (VALUES ('residential'), ('commercial'), ('office'), ('public')) u(use)
ORDER BY year, district, use;

-- The steps that the finished requests of a service passed: of a permit the visit, the plans and the signatures, of any
-- other the work in one piece. A unit or a step of fewer than five stands with others like it. Some units know what the
-- work cost them.
CREATE TABLE service_steps AS
WITH finished AS (
    SELECT *, CASE WHEN count(*) OVER (PARTITION BY year, service, unit) < 5 THEN 'واحدهای گوناگون' ELSE unit END AS office
    FROM requests WHERE queued IS NOT NULL
),
passed AS (
    SELECT year, j, service, office, step.part, step.place, step.title, step.title_en, step.days
    FROM finished, LATERAL (SELECT unnest(
        [{'part': 'queued', 'place': 1, 'title': 'در پیشخان', 'title_en': 'At the counter', 'days': queued}]
        || CASE WHEN kind = 'permit' THEN
            [{'part': 'worked', 'place': 2, 'title': 'بازدید از محل', 'title_en': 'The place is visited', 'days': worked // 3},
             {'part': 'worked', 'place': 3, 'title': 'کنترل نقشهٔ معماری', 'title_en': 'Architectural check', 'days': worked - 2 * (worked // 3)},
             {'part': 'worked', 'place': 4, 'title': 'امضا', 'title_en': 'Signatures', 'days': worked // 3}]
           ELSE [{'part': 'worked', 'place': 2, 'title': 'روی میز کارشناس', 'title_en': 'On an officer’s desk', 'days': worked}] END
        || CASE WHEN returns > 0 THEN
            [{'part': 'waited', 'place': 5, 'title': 'منتظر پاسخ شما', 'title_en': 'Waits for your answer', 'days': waited}]
           ELSE [] END) AS step)
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY year, service, office, part, title) < 5 AS few FROM passed
),
summed AS (
    SELECT year, service, office AS unit, part, CASE WHEN few THEN 9 ELSE place END AS place,
           CASE WHEN few THEN 'گام‌های دیگر' ELSE title END AS step, CASE WHEN few THEN 'Other steps' ELSE title_en END AS step_en,
           count(DISTINCT j) AS cases, CAST(sum(days) AS BIGINT) AS days
    FROM counted GROUP BY ALL
)
SELECT *, CASE WHEN service IN ('S-39', 'S-40') THEN CASE part WHEN 'worked' THEN 9000000 * days + 400000 * cases ELSE 150000 * cases END END AS cost
FROM summed
ORDER BY year, service, unit, place, part;
