-- Contracts, numbered in the order of signature within a year; every 33rd party or so is a natural person. None is signed
-- in the first five weeks, so that its tender can stand in the same year. Now and then three small purchases in a row go
-- to one vendor from one unit, for a flag to find: what they share is drawn by ``lead``, the key of the first. Also for
-- flags: three tenders in a row that three vendors take in turn (``ring``), a small unit of the last year most of whose
-- money goes to one vendor (``few``), and the vendor who won most, which trades in everything.
CREATE TABLE subject_lists AS
SELECT kind, list({words: words, code: code, trade: trade, units: units, place: place, least: least, most: most} ORDER BY n) AS choices FROM subjects GROUP BY kind;

-- Where a contract may lie: bridges and bus lines on wide streets, the old lanes (every fifteenth street or so) in the historic
-- district. Its unit is the
-- district's own, where a district orders it.
CREATE MACRO street_for(place, key) AS
    CASE place WHEN 'main' THEN street_number(key) // 5 * 5 + street_number(key) % 2
               WHEN 'historic' THEN greatest(17, street_number(key) // 30 * 30 - CASE WHEN street_number(key) % 2 = 0 THEN 13 ELSE 1 END)
               ELSE street_number(key) END;
CREATE MACRO unit_for(unit, lane) AS
    CASE WHEN unit NOT LIKE 'شهرداری منطقه%' THEN unit
         ELSE (['شهرداری منطقه یک', 'شهرداری منطقه دو', 'شهرداری منطقه سه', 'شهرداری منطقه چهار', 'شهرداری منطقه پنج',
                'معاونت شهرسازی و معماری'])[1 + lane % 6] END;

-- How a contract stands on a day.
CREATE MACRO state_of(ends, key, asked) AS
    CASE WHEN ends > asked THEN 'active'
         WHEN draw(100, 'state', key) < 3 THEN 'terminated'
         WHEN draw(100, 'state', key) < 6 THEN 'suspended'
         WHEN asked - ends < 365 THEN 'provisional'
         ELSE 'final' END;

CREATE TABLE contracts AS
WITH numbered AS (
    SELECT year, j, year * 10000 + j AS key, j % 150 BETWEEN 60 AND 62 AS split,
           j % 150 BETWEEN 90 AND 92 AS ring, year = getvariable('closed_year') AND j BETWEEN 105 AND 112 AS few,
           year * 10000 + j - CASE WHEN split THEN j % 150 - 60 WHEN ring THEN j % 150 - 90
                                   WHEN few THEN j - 105 ELSE 0 END AS lead
    FROM (SELECT unnest(getvariable('contract_years')) AS year), range(1, getvariable('contracts') + 1) r(j)
),
kinds AS (
    SELECT *, CASE WHEN split THEN 'services' WHEN ring THEN 'works' WHEN few THEN 'consulting'
                   ELSE pick(getvariable('contract_kinds'), 'kind', key) END AS kind
    FROM numbered
),
about AS (
    -- What it is about says its line of the budget, its trade and who orders it.
    SELECT k.*, CASE WHEN few THEN {words: 'برآورد آمار کسب‌وکارهای {street}', code: '210101', trade: 'مشاوره و نظارت',
                                    units: ['مدیریت آمار و داده'], place: 'any', least: 50, most: 300}
                     ELSE choices[1 + draw(len(choices), 'subject', lead)] END AS s
    FROM kinds k JOIN subject_lists USING (kind)
),
priced AS (
    -- Amounts in hundred thousand rials: dearer each year, the small ones the most. More contracts share the same city's money.
    SELECT a.*, l.approved * 10 // 6 AS sixth,
           pow(4 / 3.0, a.year - 1399) * 300 / greatest(300, getvariable('contracts')) AS dearness,
           pow(10, 3.6 + 2.7 * draw(1000000, 'amount', key) / 1000000.0) * 0.9 * dearness
               * MAP {'works': 1.3, 'services': 0.9, 'goods': 0.4, 'consulting': 0.25, 'lease': 0.1, 'partnership': 1.5}[kind] AS raw,
           greatest(500, s.least * 100 * dearness) AS floor,
           greatest(1000, least(coalesce(sixth, 200000), s.most * 100 * dearness)) AS ceiling
    FROM about a LEFT JOIN budget_lines l ON l.year = a.year AND l.code = s.code AND l.side = 'use'
),
drawn AS (
    SELECT a.year, j, key, lead, ring, few, kind, s.words AS words, s.code AS code, s.trade AS trade, s.units AS units, s.place AS place,
           office_day(new_year(a.year) + (36 + (2 * j - 1) * 159 // getvariable('contracts'))::INTEGER) AS signed_on,
           -- What falls beyond what such a thing costs, or beyond a sixth of its line, comes to lie within, no two alike.
           CASE WHEN split THEN CASE a.year WHEN 1399 THEN 450 WHEN 1400 THEN 700 ELSE 900 END * 1000000 - draw(60, 'split', key) * 1000000
                WHEN few THEN CASE WHEN j <= 109 THEN 9000 - draw(400, 'few', key) ELSE 3500 - draw(300, 'few', key) END * 1000000
                ELSE CAST(round(CASE WHEN raw > ceiling THEN ceiling * (500 + draw(500, 'ceiling', key)) / 1000
                                     WHEN raw < floor THEN least(floor * (1000 + draw(1000, 'floor', key)) / 1000, ceiling)
                                     ELSE raw END) AS BIGINT) * 100000 END AS amount,
           -- A product of two draws: few vendors hold much, as in life. The first of all vendors wins in other trades too.
           CAST((draw(1000000, 'vendor', lead) * draw(1000000, 'vendor-2', lead) * len(t.vendors) // 1000000000000
                 + CASE WHEN ring THEN key - lead WHEN few THEN greatest(0, j - 109) ELSE 0 END) % len(t.vendors) AS INTEGER) AS pos,
           CASE WHEN key = lead AND NOT ring AND NOT few AND NOT split AND kind <> 'lease' AND draw(20, 'any-trade', key) = 0 THEN 1
                ELSE t.vendors[1 + pos] END AS vendor,
           draw(33, 'natural', lead) = 0 AND NOT ring AND NOT few AS alone,
           1000 + draw(48000, 'party', lead) AS person,
           draw(19, 'wait', key)::INTEGER AS wait,
           CASE kind WHEN 'goods' THEN 20 + 5 * draw(20, 'days', key) WHEN 'consulting' THEN 60 + 5 * draw(60, 'days', key)
                     WHEN 'services' THEN 90 + 5 * draw(56, 'days', key) WHEN 'lease' THEN 365 + 365 * draw(2, 'days', key)
                     ELSE 60 + 5 * draw(124, 'days', key) END::INTEGER AS duration_days
    FROM priced a JOIN trades t ON t.trade = s.trade
),
dated AS (
    -- A person is a party to small works and to leases; dear works lie on wide streets. By the ceilings of its year, those of
    -- 1401 until a new one is told, a contract needs a tender or quotations.
    SELECT *, street_for(CASE WHEN place = 'any' AND amount > 50000000000 THEN 'main' ELSE place END, key) AS lane,
           CASE year WHEN 1399 THEN 1000 WHEN 1400 THEN 1500 ELSE 2000 END * 1000000::BIGINT AS small,
           alone AND (amount <= 3000000000 OR kind = 'lease') AS single, signed_on + wait AS start_on, signed_on + wait + duration_days AS end_on,
           CASE WHEN kind = 'lease' THEN 'auction'
                WHEN ring THEN 'limited-tender'
                WHEN amount > 10 * small THEN pick(getvariable('large_selections'), 'selection', key)
                WHEN amount > small THEN 'quotation'
                ELSE 'direct-small' END AS selection
    FROM drawn
)
SELECT year, printf('%d-%04d', year, j) AS number, replace(replace(replace(words, '{street}', street_name(lane)),
                   '{part}', pick(['بخش شمالی', 'بخش جنوبی', 'بخش شرقی', 'بخش غربی', 'بخش مرکزی', 'بخش قدیم', 'بخش تازه'], 'part', key)),
                   '{hall}', pick(['تالار', 'کمیسیون‌های', 'دبیرخانه', 'سالن همایش', 'دیدارهای مردمی'], 'hall', key)) AS subject,
       d.kind,
       -- The branch of the trade and six digits; the codes are invented.
       CASE WHEN NOT single
            THEN printf('%02d%06d', CASE WHEN draw(150, 'off-branch', key) = 0
                                         THEN 1 + draw(len(getvariable('activities')), 'branch', key)
                                         ELSE list_position(getvariable('activities'), d.trade) END,
                        draw(1000000, 'item', key)) END AS item_code,
       CASE WHEN NOT single THEN v.legal_id END AS contractor_id,
       CASE WHEN single THEN person_name(person) ELSE v.name END AS contractor,
       amount, signed_on, start_on, end_on, duration_days, selection,
       pick(getvariable('credits'), 'credit', key) AS credit, code AS budget_code,
       unit_for(pick(units, 'unit', lead), lane) AS unit,
       CASE WHEN code IN ('210101', '210102', '210103', '220103') THEN 'city' ELSE district_of(lane) END AS district,
       CASE WHEN selection IN ('public-tender', 'limited-tender', 'auction')
            THEN printf('%02d/%d', year % 100, 100 + j) END AS tender_number,
       CASE WHEN selection IN ('public-tender', 'limited-tender', 'quotation')
            THEN printf('200%02d%011d', year % 100, draw(100000000000, 'setad', key)) END AS setad_number,
       state_of(end_on, key, getvariable('last_day')) AS state,
       CASE WHEN single THEN person_nid(person) END AS contractor_national_id,
       person_mobile(CASE WHEN single THEN person ELSE 50000 + v.n END) AS contractor_mobile,
       person_iban(CASE WHEN single THEN person ELSE 50000 + v.n END) AS account,
       -- What brings money in is not paid for.
       CASE WHEN d.kind <> 'lease' THEN row_number() OVER (PARTITION BY d.kind = 'lease' ORDER BY signed_on, year, j) - 1 END AS rank,
       key, vendor, person, single, ring, trade, pos, lane
FROM dated d JOIN vendors v ON v.n = d.vendor
WHERE signed_on <= getvariable('last_day')
ORDER BY year, j;

-- What the office knew of the contracts of a year on a day: those signed by then, as they stood.
CREATE MACRO contracts_by(y, asked) AS TABLE
    SELECT * REPLACE (state_of(end_on, key, asked) AS state)
    FROM contracts
    WHERE year = y AND signed_on <= asked;

-- Amendments: every fifth contract has one to three; every twelfth of these goes beyond a quarter of its amount.
CREATE TABLE amendments AS
WITH chosen AS (
    SELECT number AS contract, unnest(range(1, 2 + draw(3, 'amendments', number))) AS number, amount AS initial_amount,
           signed_on AS agreed_on, duration_days, end_on, draw(12, 'beyond', number) = 0 AS far
    FROM contracts
    WHERE draw(5, 'amended', number) = 0 AND kind NOT IN ('lease', 'goods')
),
kinds AS (
    SELECT *, contract || '/' || number AS key, office_day(agreed_on + (20 + duration_days * number // 4)::INTEGER) AS signed_on,
           CASE WHEN far AND number = 1 THEN 'quantity'
                ELSE pick(getvariable('amendment_kinds'), 'amendment-kind', contract || '/' || number) END AS kind
    FROM chosen
),
changes AS (
    SELECT *,
           CASE WHEN kind IN ('quantity', 'new-price')
                THEN initial_amount // 1000000 * 1000
                     * CASE WHEN far AND number = 1 THEN 260 + draw(60, 'far', key) ELSE draw(150, 'share', key) - 65 END
           END AS change,
           CASE WHEN kind = 'time' THEN 15 * (1 + draw(8, 'extra', key)) END AS extra_days
    FROM kinds
)
SELECT d.jy AS year, contract, number, signed_on, kind, change, initial_amount,
       CAST(sum(coalesce(change, 0)) OVER earlier AS BIGINT) AS running_change, extra_days,
       CASE WHEN extra_days IS NOT NULL
            THEN end_on + CAST(sum(coalesce(extra_days, 0)) OVER earlier AS INTEGER) END AS new_end_on,
       CASE kind WHEN 'quantity' THEN CASE WHEN change < 0 THEN 'کاهش مقادیر کار' ELSE 'افزایش مقادیر کار' END
                 WHEN 'new-price' THEN 'تغییر نقشه' WHEN 'time' THEN pick(['بارندگی و سرما', 'تأخیر در تحویل زمین'], 'reason', key)
                 ELSE 'تغییر برنامه' END AS reason
FROM changes JOIN days d ON d.day = signed_on
WHERE signed_on <= getvariable('last_day')
WINDOW earlier AS (PARTITION BY contract ORDER BY number)
ORDER BY signed_on, contract, number;
