-- Bids. Those of a tender with a contract: the winner's at the contract's amount, the others' above it, in an auction
-- below. The others are vendors of the same trade, each once.
CREATE TABLE bids AS
WITH held AS (
    SELECT year, tender_number AS tender, selection, amount, vendor, single, person, contractor, contractor_id, ring,
           -- The three of a ring follow one another among those of their trade; whose turn it is, and the place of the first.
           key % 10000 % 150 - 90 AS turn, contractor_national_id,
           office_day_before(signed_on - (8 + draw(4, 'opening', tender_number))::INTEGER) AS opened_on,
           list_filter(vendors, lambda n: n <> vendor) AS rivals, vendors, (pos - (key % 10000 % 150 - 90) + len(vendors)) % len(vendors) AS first,
           CASE WHEN ring THEN 3 WHEN draw(14, 'single-bid', tender_number) = 0 THEN 1
                ELSE least(1 + len(rivals), 2 + draw(5, 'bidders', tender_number)) END AS bidders
    FROM contracts JOIN trades USING (trade)
    WHERE tender_number IS NOT NULL
),
packets AS (
    SELECT *, tender || '~' || place AS packet,
           CASE WHEN place > 0 AND ring
                THEN vendors[1 + (first + (turn + place) % 3) % len(vendors)]
                WHEN place > 0 THEN rivals[1 + (draw(len(rivals), 'other', tender) + place - 1) % len(rivals)] END AS other
    FROM (SELECT *, unnest(range(bidders)) AS place FROM held)
),
priced AS (
    SELECT p.*, v.name, v.legal_id,
           CASE WHEN place = 0 THEN amount
                WHEN selection = 'auction' THEN amount * (990 - draw(200, 'price', packet)) // 100000000 * 100000
                ELSE amount * (1010 + draw(250, 'price', packet)) // 100000000 * 100000 END AS offered,
           CASE WHEN place = 0 THEN 'valid'
                WHEN ring THEN 'valid'
                ELSE pick(['valid', 'valid', 'valid', 'valid', 'valid', 'disqualified', 'disqualified', 'withdrawn'],
                          'bid-state', packet) END AS state
    FROM packets p LEFT JOIN vendors v ON v.n = p.other
)
SELECT year, tender, CAST(row_number() OVER (PARTITION BY tender ORDER BY hash(packet)) AS INTEGER) AS number, opened_on,
       CASE WHEN place = 0 THEN contractor_id ELSE legal_id END AS bidder_id,
       CASE WHEN place = 0 THEN contractor ELSE name END AS bidder,
       CASE WHEN state <> 'withdrawn' THEN offered END AS price, state,
       CASE WHEN state = 'valid'
            THEN row_number() OVER (PARTITION BY tender, state
                                    ORDER BY CASE WHEN selection = 'auction' THEN -offered ELSE offered END, packet)
            END AS rank,
       CASE state WHEN 'disqualified' THEN 'نقص اسناد' WHEN 'withdrawn' THEN 'انصراف پیش از گشایش' END AS reason,
       CASE WHEN place = 0 THEN contractor_national_id END AS bidder_national_id
FROM priced
ORDER BY year, tender, number;

-- Tenders: one for each contract that came from one, some that came to nothing, and a few still open at the end.
CREATE TABLE tenders AS
WITH judged AS (
    SELECT tender, any_value(opened_on) AS opened_on, count(*) AS bids,
           any_value(bidder_id) FILTER (WHERE rank = 1) AS winner_id,
           any_value(bidder) FILTER (WHERE rank = 1) AS winner,
           any_value(price) FILTER (WHERE rank = 1) AS winner_price,
           any_value(bidder_id) FILTER (WHERE rank = 2) AS second_id,
           any_value(bidder) FILTER (WHERE rank = 2) AS second
    FROM bids
    GROUP BY tender
),
failed AS (
    SELECT year, k, printf('%02d/%d', year % 100, 100 + getvariable('contracts') + k) AS number, year * 10000 + 5000 + k AS key,
           year = getvariable('last_year') AND k <= 4 AS open
    FROM (SELECT unnest(getvariable('contract_years')) AS year), range(1, 2 + getvariable('contracts') // 25) r(k)
),
every_one AS (
    SELECT c.year, c.tender_number AS number, c.subject AS title, c.selection AS kind, c.unit, c.district, c.budget_code,
           c.setad_number, c.trade, j.opened_on, office_day_before(j.opened_on - (18 + draw(3, 'notice', c.tender_number))::INTEGER) AS published_on,
           c.amount * (88 + draw(24, 'estimate', c.tender_number)) // 100 // 1000000 * 1000000 AS estimate,
           j.bids, winner_id, winner, winner_price, second_id, second, 'awarded' AS state
    FROM contracts c JOIN judged j ON j.tender = c.tender_number
    UNION ALL
    SELECT year, number, replace(s.words, '{street}', street_name(lane)), 'public-tender',
           unit_for(pick(s.units, 'failed-unit', key), lane), district_of(lane), s.code,
           printf('200%02d%011d', year % 100, draw(100000000000, 'failed-setad', key)), s.trade,
           CASE WHEN NOT open THEN office_day(new_year(year) + (30 + draw(320, 'failed-day', key))::INTEGER) END,
           CASE WHEN open THEN office_day_before(getvariable('last_day') - (2 + k)::INTEGER)
                ELSE office_day_before(new_year(year) + (30 + draw(320, 'failed-day', key) - 18)::INTEGER) END,
           (20 + draw(180, 'failed-estimate', key)) * 1000000000, CASE WHEN NOT open THEN 0 END, NULL, NULL, NULL, NULL, NULL,
           CASE WHEN open THEN 'open' WHEN draw(3, 'failed-state', key) = 0 THEN 'cancelled' ELSE 'renewed' END
    FROM (SELECT f.*, choices[1 + draw(len(choices), 'failed', key)] AS s, street_for(choices[1 + draw(len(choices), 'failed', key)].place, key) AS lane
          FROM failed f, subject_lists WHERE kind = 'works')
)
SELECT year, number, title, kind, unit, district, budget_code, setad_number, published_on,
       office_day(published_on + (6 + draw(2, 'documents', number))::INTEGER) AS documents_until,
       -- A few leave little time, for a flag to find.
       office_day_before(published_on + CASE WHEN draw(60, 'hurried', number) = 0 THEN 9 ELSE 17 END) AS bids_until, opened_on,
       'سالن جلسات ساختمان مرکزی (ساختگی)' AS opening_place,
       CASE WHEN kind IN ('public-tender', 'limited-tender')
            THEN (['پایه پنج ', 'پایه چهار ', 'پایه سه '])[1 + draw(3, 'qualification', number)] || trade END AS minimum_qualification,
       estimate, estimate // 20 // 1000000 * 1000000 AS guarantee, bids, winner_id, winner, winner_price, second_id, second,
       state
FROM every_one
WHERE coalesce(opened_on, published_on) <= getvariable('last_day')
ORDER BY year, published_on, number;

-- When each bid came: in the last days before the deadline. A few winners came a day late and were taken all the same.
ALTER TABLE bids ADD COLUMN received_on DATE;
UPDATE bids
SET received_on = CASE WHEN bids.rank = 1 AND office_day(t.bids_until + 1) <= t.opened_on AND draw(40, 'late-bid', bids.tender) = 0
                       THEN office_day(t.bids_until + 1)
                       ELSE office_day_before(t.bids_until - draw(4, 'came', bids.tender || '~' || bids.number)::INTEGER) END
FROM tenders t
WHERE t.number = bids.tender;
