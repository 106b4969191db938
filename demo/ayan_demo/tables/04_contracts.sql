-- Contracts, numbered in the order of signature within a year; every 33rd party or so is a natural person. None is signed
-- in the first five weeks, so that its tender can stand in the same year. Now and then three small purchases in a row go
-- to one vendor from one unit, for a flag to find: what they share is drawn by ``lead``, the key of the first. Also for
-- flags: three tenders in a row that three vendors take in turn (``ring``), a small unit of the last year most of whose
-- money goes to one vendor (``few``), and the vendor who won most, which trades in everything.
CREATE TABLE contracts AS
WITH numbered AS (
    SELECT year, j, year * 10000 + j AS key, j % 150 BETWEEN 60 AND 62 AS split,
           j % 150 BETWEEN 90 AND 92 AS ring, year = getvariable('contract_years')[-1] AND j BETWEEN 105 AND 112 AS few,
           year * 10000 + j - CASE WHEN split THEN j % 150 - 60 WHEN ring THEN j % 150 - 90
                                   WHEN few AND j <= 109 THEN j - 105 ELSE 0 END AS lead
    FROM (SELECT unnest(getvariable('contract_years')) AS year), range(1, getvariable('contracts') + 1) r(j)
),
drawn AS (
    SELECT year, j, key, lead, ring, few,
           new_year(year) + (36 + (2 * j - 1) * 159 // getvariable('contracts'))::INTEGER AS signed_on,
           CASE WHEN split THEN 'services' WHEN ring THEN 'works' WHEN few THEN 'consulting' ELSE pick(getvariable('contract_kinds'), 'kind', key) END AS kind,
           -- From 400 million to 200 billion rials, the small ones the most; more contracts share the same city's money.
           CASE WHEN split THEN CASE year WHEN 1399 THEN 45000000 WHEN 1400 THEN 90000000 ELSE 135000000 END
                WHEN few THEN CASE WHEN j <= 109 THEN 9000000000 ELSE 3500000000 END
                ELSE CAST(round(pow(10, 3.6 + 2.7 * draw(1000000, 'amount', key) / 1000000.0)
                          / greatest(1, getvariable('contracts') // 600)) AS BIGINT) * 100000 END AS amount,
           -- A product of two draws: few vendors hold much, as in life.
           1 + (draw(1000000, 'vendor', lead) * draw(1000000, 'vendor-2', lead) * getvariable('vendors') // 1000000000000
                + CASE WHEN ring THEN (key - lead) * 11 ELSE 0 END) % getvariable('vendors') AS vendor,
           draw(33, 'natural', lead) = 0 AND NOT ring AND NOT few AS single,
           1000 + draw(48000, 'party', lead) AS person,
           draw(19, 'wait', key)::INTEGER AS wait,
           (30 + 5 * draw(130, 'days', key))::INTEGER AS duration_days
    FROM numbered
),
dated AS (
    SELECT *, signed_on + wait AS start_on, signed_on + wait + duration_days AS end_on,
           getvariable('last_day') - (signed_on + wait + duration_days) AS age,
           CASE WHEN kind = 'lease' THEN 'auction'
                WHEN ring THEN 'limited-tender'
                WHEN amount > 20000000000 THEN pick(getvariable('large_selections'), 'selection', key)
                WHEN amount > 3000000000 THEN 'quotation'
                ELSE 'direct-small' END AS selection
    FROM drawn
)
SELECT year, printf('%d-%04d', year, j) AS number,
       replace(pick(getvariable('subjects')[d.kind], 'subject', key), '{street}', street(key)) AS subject,
       d.kind,
       -- The branch of the vendor and six digits; the codes are invented.
       CASE WHEN NOT single
            THEN printf('%02d%06d', CASE WHEN v.n = 1 OR draw(150, 'off-branch', key) = 0
                                         THEN 1 + draw(len(getvariable('activities')), 'branch', key)
                                         ELSE list_position(getvariable('activities'), v.activity) END,
                        draw(1000000, 'item', key)) END AS item_code,
       CASE WHEN NOT single THEN v.legal_id END AS contractor_id,
       CASE WHEN single THEN person_name(person) ELSE v.name END AS contractor,
       amount, signed_on, start_on, end_on, duration_days, selection,
       pick(getvariable('credits'), 'credit', key) AS credit,
       pick(getvariable('use_codes'), 'use', key) AS budget_code,
       CASE WHEN few THEN 'مدیریت آمار و داده' ELSE pick(getvariable('units'), 'unit', lead) END AS unit,
       pick(list_append(getvariable('districts'), 'city'), 'district', key) AS district,
       CASE WHEN selection IN ('public-tender', 'limited-tender', 'auction')
            THEN printf('%02d/%d', year % 100, 100 + j) END AS tender_number,
       CASE WHEN selection IN ('public-tender', 'limited-tender', 'quotation')
            THEN printf('200%02d%011d', year % 100, draw(100000000000, 'setad', key)) END AS setad_number,
       CASE WHEN age < 0 THEN 'active'
            WHEN draw(100, 'state', key) < 3 THEN 'terminated'
            WHEN draw(100, 'state', key) < 6 THEN 'suspended'
            WHEN age < 365 THEN 'provisional'
            ELSE 'final' END AS state,
       CASE WHEN single THEN person_nid(person) END AS contractor_national_id,
       person_mobile(CASE WHEN single THEN person ELSE 50000 + v.n END) AS contractor_mobile,
       person_iban(CASE WHEN single THEN person ELSE 50000 + v.n END) AS account,
       row_number() OVER (ORDER BY signed_on, year, j) - 1 AS rank, key, vendor, person, single, ring
FROM dated d JOIN vendors v ON v.n = d.vendor
ORDER BY year, j;

-- Amendments: every fifth contract has one to three; every twelfth of these goes beyond a quarter of its amount.
CREATE TABLE amendments AS
WITH chosen AS (
    SELECT number AS contract, unnest(range(1, 2 + draw(3, 'amendments', number))) AS number, amount AS initial_amount,
           signed_on AS agreed_on, duration_days, end_on, draw(12, 'beyond', number) = 0 AS far
    FROM contracts
    WHERE draw(5, 'amended', number) = 0
),
kinds AS (
    SELECT *, contract || '/' || number AS key, agreed_on + (20 + duration_days * number // 4)::INTEGER AS signed_on,
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
       pick(getvariable('reasons'), 'reason', key) AS reason
FROM changes JOIN days d ON d.day = signed_on
WHERE signed_on <= getvariable('last_day')
WINDOW earlier AS (PARTITION BY contract ORDER BY number)
ORDER BY signed_on, contract, number;
