-- Budgets. `budget_lines` (which the loader fills) balances: resources and uses come to the same total. Million rials.
-- An amended budget balances too: both sides come to the same supplemented total, of which the largest line takes the rest.
CREATE TABLE budget AS
WITH lines AS (
    SELECT *, CASE WHEN draw(5, 'amended-line', year || code) = 0
                   THEN approved * (95 + draw(20, 'amended', year || code)) // 100 END AS changed,
           row_number() OVER (PARTITION BY year, side ORDER BY approved DESC, code) = 1 AS largest,
           sum(approved) OVER (PARTITION BY year, side) * (100 + draw(6, 'supplement', year)) // 100 AS supplemented
    FROM budget_lines
)
SELECT * EXCLUDE (changed, largest, supplemented), approved - current_share AS capital_share,
       CAST(sum(approved) OVER (PARTITION BY year, parent) AS BIGINT) AS heading_approved,
       CASE WHEN largest
            THEN CAST(supplemented - sum(coalesce(changed, approved)) OVER (PARTITION BY year, side)
                 + coalesce(changed, approved) AS BIGINT)
            ELSE changed END AS amended,
       approved * (700 + draw(320, 'actual', year || code)) // 1000 AS actual
FROM lines
ORDER BY year, side, code;

-- What made the amended figures of the approved ones, in million rials. A line of uses that got more took it from the
-- largest line, one that got less gave it to that, in one decision or two; what the whole budget grew by is a supplement
-- of the largest. Lines of resources are estimated anew one by one.
CREATE TABLE transfers AS
WITH lines AS (
    SELECT year, side, code, coalesce(amended, approved) - approved AS delta,
           first_value(code) OVER (PARTITION BY year, side ORDER BY approved DESC, code) AS largest,
           CAST(sum(coalesce(amended, approved) - approved) OVER (PARTITION BY year, side) AS BIGINT) AS grown
    FROM budget
),
wholes AS (
    SELECT year, 'transfer' AS kind, CASE WHEN delta > 0 THEN largest ELSE code END AS from_code,
           CASE WHEN delta > 0 THEN code ELSE largest END AS to_code, abs(delta) AS whole
    FROM lines WHERE side = 'use' AND code <> largest AND delta <> 0
    UNION ALL
    SELECT year, CASE WHEN moved > 0 THEN 'supplement' ELSE 'cut' END, CASE WHEN moved < 0 THEN code END,
           CASE WHEN moved > 0 THEN code END, abs(moved)
    FROM (SELECT year, code, CASE WHEN side = 'resource' THEN delta WHEN code = largest THEN grown ELSE 0 END AS moved
          FROM lines)
    WHERE moved <> 0
),
parts AS (
    SELECT *, kind || coalesce(from_code, '') || coalesce(to_code, '') AS key, whole // (2 + draw(3, 'transfer-part', year || key)) AS part
    FROM wholes
),
decided AS (
    SELECT year, kind, from_code, to_code, key, nth,
           CASE nth WHEN 1 THEN part ELSE whole - part END AS amount,
           new_year(year) + CAST(75 + draw(80, 'transfer-day', year || key) + (nth - 1) * (60 + draw(120, 'transfer-later', year || key)) AS INTEGER) AS decided_on
    FROM (SELECT *, unnest([1, 2]) AS nth FROM parts)
    WHERE CASE nth WHEN 1 THEN part ELSE whole - part END > 0
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY year ORDER BY kind <> 'transfer', decided_on, key, nth) AS place FROM decided
)
SELECT year, printf('%d-T%03d', year, place) AS number, kind, from_code, to_code, amount, decided_on,
       CASE WHEN kind = 'transfer' AND draw(3, 'decider', year || key || nth) > 0 THEN 'mayor' ELSE 'council' END AS decided_by,
       printf('%d-%d', year, 100 + draw(900, 'decision', year || key || nth)) AS decision,
       CASE kind WHEN 'transfer' THEN pick(['پیشرفت بیشتر از برنامه (ساختگی)', 'افزایش بهای قرارداد جاری (ساختگی)',
                                            'کار به سال بعد ماند (ساختگی)', 'جبران کسری ردیف (ساختگی)'], 'transfer-reason', year || key)
                 WHEN 'supplement' THEN 'وصول بیش از برآورد (ساختگی)'
                 ELSE 'وصول کمتر از برآورد (ساختگی)' END AS reason
FROM numbered
ORDER BY year, number;

-- Months of payments. Those of a month go to contracts signed in the 540 days before it: ranks from lo up to hi.
CREATE TABLE payment_months AS
SELECT nth, month, first_day, length,
       (SELECT count(*) FROM contracts WHERE signed_on < first_day - 540) AS lo,
       (SELECT count(*) FROM contracts WHERE signed_on < first_day) AS hi
FROM (
    SELECT list_position(getvariable('payment_months'), month) - 1 AS nth, month, min(day) AS first_day,
           count(*)::BIGINT AS length
    FROM days
    WHERE list_contains(getvariable('payment_months'), month)
    GROUP BY month
)
ORDER BY nth;

-- Every payment as a number i and what its draws say. Views, so that a month costs nothing until it is asked for.
CREATE VIEW payment_draws AS
SELECT month, k, i, first_day + ((k - 1) * length // getvariable('payments'))::INTEGER AS paid_on,
       draw(1000, 'payment-kind', i) AS roll, lo + draw(hi - lo, 'which', i) AS rank
FROM (SELECT *, nth * getvariable('payments') + k AS i FROM payment_months, range(1, getvariable('payments') + 1) r(k));

CREATE TABLE contract_load AS
SELECT rank, count(*)::BIGINT AS payments FROM payment_draws WHERE roll < 740 GROUP BY rank;

-- Two a month of a contract's money go to another vendor, for a flag to find. A contract's payments share at most 95 % of its amount, since each is divided by how many that contract gets.
-- Amounts are first in tens of rials, so that each is a whole number of tomans.
CREATE VIEW payments AS
WITH joined AS (
    SELECT p.*, roll < 740 AS contracted, c.number AS contract, c.contractor, c.contractor_id, c.contractor_national_id,
           c.account, c.signed_on, c.end_on, c.budget_code, c.unit,
           c.amount // 1000 * (300 + draw(650, 'share', c.number)) * (500 + draw(1000, 'part', i)) // 1500
               // load.payments AS part
    FROM payment_draws p JOIN contracts c USING (rank) LEFT JOIN contract_load load USING (rank)
),
kinds AS (
    SELECT *, 1000 + draw(48000, 'payee', i) AS person, 1 + draw(getvariable('vendors'), 'payee-vendor', i) AS vendor,
           contracted AND contractor_id IS NOT NULL AND k IN (77, 177) AS astray,
           CASE WHEN roll < 12 THEN 'adjustment'
                WHEN roll < 740 THEN CASE WHEN paid_on - signed_on <= 60 AND roll < 300 THEN 'advance'
                                          WHEN paid_on > end_on THEN 'final'
                                          ELSE 'interim' END
                WHEN roll < 930 THEN 'running-cost'
                WHEN roll < 988 THEN 'aid'
                ELSE 'refund' END AS kind
    FROM joined
)
SELECT k.month, k, k.month || '-' || lpad(CAST(k AS VARCHAR), 6, '0') AS number, paid_on,
       CASE WHEN astray THEN v.name WHEN contracted THEN contractor WHEN k.kind = 'aid' THEN person_name(person) ELSE v.name END AS payee,
       CASE WHEN astray THEN v.legal_id WHEN contracted THEN contractor_id WHEN k.kind <> 'aid' THEN v.legal_id END AS payee_id,
       10 * CASE k.kind
            WHEN 'adjustment' THEN greatest(part // 100, 10) * pick([-1, 1], 'sign', i)
            WHEN 'running-cost' THEN 1000000 + draw(1000000000000 // getvariable('payments'), 'running', i)
            WHEN 'aid' THEN 500000 + draw(9500000, 'aid', i)
            WHEN 'refund' THEN -100000 - draw(50000000, 'refund', i)
            ELSE greatest(part // 10, 1) END AS amount,
       k.kind,
       CASE WHEN contracted THEN contract END AS contract,
       CASE WHEN contracted THEN budget_code ELSE pick(getvariable('use_codes'), 'payment-use', i) END AS budget_code,
       CASE WHEN contracted THEN unit ELSE pick(getvariable('units'), 'payment-unit', i) END AS unit,
       getvariable('payment_words')[k.kind] || CASE WHEN contracted THEN ' ' || contract ELSE '' END AS subject,
       CASE WHEN k.kind = 'running-cost' THEN printf('%013d', draw(10000000000000, 'bill', i)) END AS bill_id,
       printf('%012d', draw(1000000000000, 'payment-id', i)) AS payment_id,
       CASE WHEN contracted THEN contractor_national_id WHEN k.kind = 'aid' THEN person_nid(person) END AS payee_national_id,
       CASE WHEN astray THEN v.account WHEN contracted THEN k.account WHEN k.kind = 'aid' THEN person_iban(person) ELSE v.account END AS account
FROM kinds k JOIN vendors v ON v.n = k.vendor;
