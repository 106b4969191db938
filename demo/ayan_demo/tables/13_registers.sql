-- Registers that the offices keep over the years; each row is invented and says so where it could be taken for a real one.
CREATE TABLE population AS
SELECT year, district, people, people * 10 // 33 AS households, area_tenths, 'sample' AS basis, 'سری ساختگی شهر نمونه' AS source
FROM (
    SELECT year, district,
           (CASE district WHEN 'historic' THEN 21000 ELSE 70000 + draw(55000, 'people', district) END)
               * (1000 + 11 * (year - getvariable('contract_years')[1])) // 1000 AS people,
           CASE district WHEN 'historic' THEN 1850 ELSE 14000 + draw(16000, 'area', district) END AS area_tenths
    FROM (SELECT unnest(getvariable('contract_years')) AS year), (SELECT unnest(getvariable('districts')) AS district)
)
ORDER BY year, district;

-- `n` numbered rows for each year, with their day in it.
CREATE MACRO yearly(n, tag) AS TABLE
    SELECT year, j, year * 1000 + j AS key, office_day(new_year(year) + (6 + (2 * j - 1) * 174 // n)::INTEGER) AS day
    FROM (SELECT unnest(getvariable('contract_years')) AS year), (SELECT unnest(range(1, n + 1)) AS j)
    WHERE day <= getvariable('quarter_day');

CREATE TABLE advertising AS
SELECT printf('%d-T%02d', year, j) AS number, day AS ordered_on, pick(['newspaper', 'online', 'billboard', 'broadcast', 'print'],
       'medium', key) AS medium, v.legal_id AS party_id, v.name AS party,
       about[1] AS subject,
       'حوزهٔ شهردار' AS unit, '210101' AS budget_code, (50 + draw(900, 'ad-amount', key)) * 1000000 AS amount,
       CASE WHEN draw(12, 'no-purpose', key) > 0 THEN about[2] END AS purpose
FROM (SELECT *, pick([['آگهی مناقصه‌های ماه', 'legal-notice'], ['آموزش تفکیک پسماند', 'information'], ['جشنواره محله', 'event'],
                      ['گزارش عملکرد سال', 'promotion'], ['اطلاع‌رسانی بستن معبر', 'information']], 'ad-subject', key) AS about
      FROM yearly(14, 'ad')), trades t JOIN vendors v ON v.n = t.vendors[1 + draw(len(t.vendors), 'outlet', key)]
WHERE t.trade = 'چاپ و رسانه'
ORDER BY number;

CREATE TABLE studies AS
SELECT printf('%d-M%s', year, split_part(number, '-', 2)) AS number, subject AS title, number AS contract, contractor_id AS party_id,
       contractor AS party, unit, signed_on AS agreed_on,
       CASE WHEN state IN ('provisional', 'final') THEN end_on END AS delivered_on, amount,
       CASE WHEN state IN ('suspended', 'terminated') THEN 'dropped'
            WHEN state = 'active' THEN 'running'
            WHEN draw(3, 'published', key) = 0 THEN 'published' ELSE 'delivered' END AS state,
       CASE WHEN state IN ('provisional', 'final') AND draw(3, 'published', key) = 0
            THEN printf('https://data.sample-city.example/studies/%s', number) END AS report
FROM (SELECT * REPLACE (state_of(end_on, key, getvariable('quarter_day')) AS state) FROM contracts)
WHERE kind = 'consulting' AND subject NOT LIKE 'نظارت%' AND signed_on <= getvariable('quarter_day')
ORDER BY number;

CREATE TABLE trips AS
WITH drawn AS (
    SELECT *, (3 + draw(8, 'trip-days', key))::INTEGER AS days, 1 + draw(getvariable('managers'), 'traveller', key) AS n, 10 + 8 * (year - getvariable('contract_years')[1]) AS dearer
    FROM yearly(5, 'trip')
)
SELECT printf('%d-S%02d', year, j) AS number, name, post, unit,
       pick(['کشور نمونه الف', 'کشور نمونه ب', 'کشور نمونه پ', 'کشور نمونه ت'], 'country', key) AS country,
       pick(['بندر نمونه', 'شهر خواهر نمونه', 'پایتخت نمونه'], 'abroad', key) AS city,
       pick(['نشست شهرهای خواهرخوانده', 'دوره مدیریت شهری', 'نمایشگاه شهر هوشمند', 'بازدید از شهر خواهرخوانده'], 'why', key) AS purpose,
       day AS left_on, day + days - 1 AS returned_on, days,
       (120 + draw(150, 'tickets', key)) * dearer * 100000 AS tickets, days * (20 + draw(12, 'allowance', key)) * dearer * 100000 AS allowance,
       CASE WHEN draw(3, 'other', key) = 0 THEN (5 + draw(30, 'other-cost', key)) * dearer * 100000 END AS other,
       pick(['municipality', 'municipality', 'shared', 'host'], 'payer', key) AS paid_by,
       CASE WHEN draw(4, 'no-result', key) > 0 THEN 'گزارش سفر به شورا داده شد (متن ساختگی)' END AS result,
       printf('N%08d', draw(100000000, 'passport', n)) AS passport
FROM drawn JOIN managers USING (n)
ORDER BY number;

CREATE TABLE investment_calls AS
WITH drawn AS (
    SELECT *, CASE WHEN day > getvariable('quarter_day') - 45 THEN 'open'
                   ELSE pick(['agreed', 'agreed', 'failed', 'withdrawn'], 'call-state', key) END AS state
    FROM yearly(6, 'call')
)
SELECT printf('%d-F%02d', year, j) AS number,
       pick(['پارکینگ طبقاتی', 'بازارچه محلی', 'شهربازی', 'ایستگاه جایگزین سوخت', 'مجموعه ورزشی'], 'chance', key) || ' ' || street(key) AS title,
       pick(['partnership', 'bot', 'lease', 'sale'], 'scheme', key) AS kind, street_district(key) AS district,
       street(key) || ' (ساختگی)' AS place, 50000 + draw(900000, 'call-land', key) AS land_centi,
       (50 + draw(900, 'call-estimate', key)) * 1000000000 AS estimate, 200 + draw(500, 'call-share', key) AS share_tenths,
       day AS published_on, day + 30 AS offers_until,
       CASE state WHEN 'agreed' THEN 1 + draw(5, 'offers', key) WHEN 'failed' THEN 0 END AS offers,
       CASE WHEN state = 'agreed' THEN v.legal_id END AS investor_id, CASE WHEN state = 'agreed' THEN v.name END AS investor, state
FROM drawn, trades t JOIN vendors v ON v.n = t.vendors[1 + draw(len(t.vendors), 'investor', key)]
WHERE t.trade = 'ابنیه'
ORDER BY number;

-- Leases, newest first, so that what is let points to the contract it is let under.
CREATE TABLE leases AS
SELECT row_number() OVER (ORDER BY signed_on DESC, number) AS nth, number AS contract, contractor, contractor_national_id, contractor_mobile,
       end_on, lane, greatest(1, amount // duration_days * 30 // 100000) * 100000 AS rent
FROM contracts
WHERE kind = 'lease' AND subject LIKE '%واحد تجاری%' AND year <= getvariable('closed_year');

-- What the municipality owns stands on a parcel of the street that its address names; of every tenth no code is known yet.
CREATE TABLE properties AS
WITH drawn AS (
    SELECT n, pick(['office', 'park', 'market', 'depot', 'culture', 'shop', 'shop', 'land'], 'property', n) AS kind
    FROM range(1, 121) r(n)
),
let AS (
    SELECT *, row_number() OVER (PARTITION BY kind = 'shop' ORDER BY n) AS nth FROM drawn
)
SELECT printf('A-%04d', n) AS number,
       CASE kind WHEN 'office' THEN 'ساختمان اداری' WHEN 'park' THEN 'بوستان' WHEN 'market' THEN 'بازار' WHEN 'depot' THEN 'کارگاه'
                 WHEN 'culture' THEN 'فرهنگ‌سرا' WHEN 'shop' THEN 'واحد تجاری' ELSE 'زمین' END || ' ' || street_name(lane)
           || ' شماره ' || n AS title,
       kind, getvariable('districts')[1 + lane % len(getvariable('districts'))] AS district,
       street_name(lane) || ' (ساختگی)' AS place,
       CASE WHEN draw(10, 'property-coded', n) > 0 THEN lots[1 + draw(len(lots), 'property-parcel', n)] END AS renovation_code,
       printf('%d/%d', 1 + draw(90, 'plaque', n), 100 + draw(9000, 'plaque-sub', n)) AS registration,
       CASE WHEN kind = 'shop' THEN 1500 + draw(8000, 'property-land', n) ELSE 30000 + draw(900000, 'property-land', n) END AS land_centi,
       CASE WHEN kind IN ('park', 'land') THEN NULL ELSE (land_centi * (30 + draw(50, 'property-built', n))) // 100 END AS building_centi,
       pick(['deed', 'deed', 'deed', 'shared', 'endowed', 'pending'], 'ownership', n) AS ownership,
       CASE WHEN ownership = 'endowed' THEN 'gift'
            ELSE pick(['bought', 'expropriated', 'swap', 'subdivision'], 'acquired', n) END AS acquired_how,
       person_name(2000 + n) AS acquired_from, new_year(1380) + draw(8000, 'acquired-on', n)::INTEGER AS acquired_on,
       CASE WHEN l.contract IS NULL
            THEN MAP {'park': 'سازمان پارک‌ها و فضای سبز', 'culture': 'سازمان فرهنگی و ورزشی', 'depot': 'معاونت خدمات شهری',
                      'office': pick(getvariable('units'), 'property-unit', n)}[kind] END AS unit,
       l.contractor AS operator, l.rent, l.contract, person_nid(2000 + n) AS acquired_from_national_id
FROM (SELECT let.*, coalesce(l.lane, street_number('property' || n)) AS lane, l.* EXCLUDE (nth, lane) FROM let LEFT JOIN leases l ON kind = 'shop' AND l.nth = let.nth) l
LEFT JOIN (SELECT street, list(renovation_code ORDER BY n) AS lots FROM parcels GROUP BY street) s ON s.street = street_name(lane)
ORDER BY l.n;

CREATE TABLE kiosks AS
WITH drawn AS (
    SELECT n, pick(['kiosk', 'kiosk', 'stall', 'stall', 'stall', 'booth'], 'structure', n) AS structure,
           pick(['current', 'current', 'current', 'renewing', 'ended', 'vacant'], 'stall-state', n) AS contract_state
    FROM range(1, 91) r(n)
)
SELECT printf('K-%03d', n) AS number,
       CASE structure WHEN 'kiosk' THEN 'کیوسک' WHEN 'booth' THEN 'باجه' ELSE 'غرفه بازار روز' END || ' ' || n AS name,
       street_district('kiosk' || n) AS district, street('kiosk' || n) || ' (ساختگی)' AS place,
       CAST(10 + n AS VARCHAR) AS plaque, structure,
       pick(CASE structure WHEN 'stall' THEN ['میوه و سبزی', 'لبنیات', 'نان'] ELSE ['روزنامه و کتاب', 'گل و گیاه', 'تعمیرات خرد'] END,
            'guild', n) AS guild, contract_state,
       CASE WHEN contract_state IN ('current', 'renewing') THEN person_name(4000 + n) END AS operator,
       CASE WHEN contract_state IN ('current', 'renewing') THEN getvariable('quarter_day') + (draw(300, 'stall-until', n) - 60)::INTEGER
            WHEN contract_state = 'ended' THEN getvariable('quarter_day') - (30 + draw(300, 'stall-until', n))::INTEGER END AS until,
       CASE WHEN contract_state IN ('current', 'renewing') THEN (8 + draw(120, 'stall-fee', n)) * 500000 END AS monthly_fee,
       CASE WHEN contract_state IN ('renewing', 'ended') THEN draw(40, 'arrears', n) * 1000000 END AS arrears,
       CASE WHEN contract_state IN ('current', 'renewing') THEN person_nid(4000 + n) END AS operator_national_id,
       CASE WHEN contract_state IN ('current', 'renewing') THEN person_mobile(4000 + n) END AS operator_mobile,
       CASE WHEN contract_state IN ('current', 'renewing') THEN street('home' || n) || '، پلاک نمونه ' || persian(n) END AS operator_home
FROM drawn
ORDER BY n;
