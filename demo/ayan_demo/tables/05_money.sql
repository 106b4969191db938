-- What each use is spent on without a contract, as often as it is drawn.
CREATE TABLE running_lists AS
SELECT code, units, list({words: words, payee: payee, trade: trade, bill: bill} ORDER BY n) AS costs
FROM running JOIN line_units USING (code)
GROUP BY code, units;

-- Payments but for the amounts of running costs, which are shares by ``weight`` of what is left of their line in the year.
-- Two a month of a contract's money go to another vendor, for a flag to find. A contract's payments share at most 95 % of its
-- amount, since each is divided by how many that contract gets; none of a work is a statement's before its first statement,
-- and the last alone is a final one.
-- Amounts are first in tens of rials, so that each is a whole number of tomans.
CREATE VIEW payment_parts AS
WITH joined AS (
    SELECT p.*, roll < 740 OR (roll >= 988 AND load.payments IS NOT NULL) AS contracted, c.number AS contract, c.contractor,
           c.contractor_id, c.contractor_national_id, c.account, c.signed_on, c.end_on, c.budget_code, c.unit, first_on,
           i = load.last AS is_last,
           c.amount // 1000 * (450 + draw(500, 'share', c.number)) * (500 + draw(1000, 'part', i)) // 1500
               // load.payments AS part
    FROM payment_draws p JOIN contracts c USING (rank) LEFT JOIN contract_load load USING (rank)
        LEFT JOIN first_statements f ON f.contract = c.number
),
kinds AS (
    SELECT *, 1000 + draw(48000, 'payee', i) AS person,
           roll < 740 AND contractor_id IS NOT NULL AND k IN (77, 177) AS astray,
           CASE WHEN contracted AND roll >= 988 THEN 'refund'
                WHEN roll < 740 AND (first_on > paid_on OR (paid_on - signed_on <= 60 AND roll < 300)) THEN 'advance'
                WHEN roll < 12 THEN 'adjustment'
                WHEN roll < 740 THEN CASE WHEN paid_on > end_on AND is_last THEN 'final' ELSE 'interim' END
                WHEN roll BETWEEN 930 AND 987 THEN 'aid'
                ELSE 'running-cost' END AS kind
    FROM joined
),
lines AS (
    SELECT *, CASE WHEN contracted THEN budget_code WHEN kind = 'aid' THEN pick(getvariable('aid_codes'), 'aid-line', i)
                   ELSE coalesce(fixed, pick(getvariable('use_codes'), 'payment-use', i)) END AS line
    FROM kinds
),
costs AS (
    SELECT l.*, units, CASE WHEN kind <> 'running-cost' THEN NULL WHEN fixed IS NOT NULL THEN costs[1]
                            ELSE costs[1 + draw(len(costs), 'cost', i)] END AS cost
    FROM lines l LEFT JOIN running_lists ON code = line
)
SELECT c.* EXCLUDE (kind, cost, units), c.kind, cost.words AS words, cost.payee AS body, cost.bill AS bill,
       CASE WHEN contracted THEN unit ELSE pick(units, 'payment-unit', i) END AS spender,
       CASE WHEN astray THEN 1 + draw(getvariable('vendors'), 'payee-vendor', i)
            WHEN cost.trade IS NOT NULL THEN vendors[1 + draw(len(vendors), 'payee-vendor', i)] END AS vendor,
       CASE WHEN c.kind = 'running-cost' THEN (500 + draw(1000, 'running', i)) * CASE WHEN fixed IS NULL THEN 1 ELSE 6 END END AS weight,
       10 * CASE c.kind
            WHEN 'adjustment' THEN greatest(part // 100, 10) * pick([-1, 1], 'sign', i)
            WHEN 'aid' THEN 500000 + draw(9500000, 'aid', i)
            WHEN 'refund' THEN -greatest(1, least(100000 + draw(50000000, 'refund', i), part // 200))
            WHEN 'running-cost' THEN 0
            ELSE greatest(part // 10, 1) END AS fixed_amount
FROM costs c LEFT JOIN trades t ON t.trade = cost.trade;

-- Lines of the budget as they were changed within the year, in million rials. `budget_lines` (which the loader fills)
-- balances: resources and uses come to the same total. An amended budget balances too: both sides come to the same
-- supplemented total, of which the largest line takes the rest.
CREATE TABLE amended_lines AS
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
            ELSE changed END AS amended
FROM lines;

-- What came of each use in a year of payments: its actual in million rials, of which ``gap`` was spent without a payment
-- under its code, and what its running costs share (``left``, in tens of rials).
CREATE TABLE line_years AS
WITH paid AS (
    SELECT year, line AS code, CAST(sum(fixed_amount) AS BIGINT) AS others, CAST(sum(weight) AS BIGINT) AS weights,
           max(i) FILTER (WHERE weight IS NOT NULL) AS last
    FROM payment_parts
    GROUP BY ALL
),
meant AS (
    SELECT *, greatest(coalesce(amended, approved) * (780 + draw(215, 'actual', year || code)) // 1000, others * 21 // 20000000 + 10) AS actual
    FROM paid JOIN (FROM amended_lines WHERE side = 'use') USING (year, code)
    WHERE weights > 0
)
SELECT m.year, m.code, m.actual, coalesce(m.actual * part // 1000, 0) AS gap, why, weights, last,
       CAST((m.actual - coalesce(m.actual * part // 1000, 0)) * 100000 - others // 10 AS HUGEINT) AS "left"
FROM meant m LEFT JOIN gaps USING (year, code);

-- Shares are whole tens of rials; the last of a year takes what the division leaves.
CREATE TABLE line_rests AS
SELECT y.year, y.code, CAST(any_value("left") - sum("left" * weight // weights) AS BIGINT) AS rest
FROM payment_parts p JOIN line_years y ON y.year = p.year AND y.code = p.line
WHERE weight IS NOT NULL
GROUP BY ALL;

CREATE VIEW payments AS
SELECT p.month, k, p.month || '-' || lpad(CAST(k AS VARCHAR), 6, '0') AS number, paid_on,
       CASE WHEN v.n IS NOT NULL THEN v.name WHEN contracted THEN contractor WHEN p.kind = 'aid' THEN person_name(person) ELSE body END AS payee,
       CASE WHEN v.n IS NOT NULL THEN v.legal_id WHEN contracted THEN contractor_id END AS payee_id,
       CASE WHEN weight IS NULL THEN fixed_amount
            ELSE CAST(10 * (coalesce("left" * weight // weights, 100000) + CASE WHEN i = last THEN rest ELSE 0 END) AS BIGINT) END AS amount,
       p.kind,
       CASE WHEN contracted THEN contract END AS contract, line AS budget_code, spender AS unit,
       coalesce(words || CASE WHEN words = 'حقوق و مزایای ماه' THEN '' ELSE '، ' || spender END,
                getvariable('payment_words')[p.kind] || CASE WHEN contracted THEN ' ' || contract ELSE '' END) AS subject,
       CASE WHEN bill THEN printf('%013d', draw(10000000000000, 'bill', i)) END AS bill_id,
       printf('%012d', draw(1000000000000, 'payment-id', i)) AS payment_id,
       CASE WHEN contracted AND v.n IS NULL THEN contractor_national_id WHEN p.kind = 'aid' THEN person_nid(person) END AS payee_national_id,
       CASE WHEN v.n IS NOT NULL THEN v.account WHEN contracted THEN p.account WHEN p.kind = 'aid' THEN person_iban(person)
            ELSE iban(draw(1000, 'body', body)) END AS account
FROM payment_parts p LEFT JOIN vendors v ON v.n = p.vendor LEFT JOIN line_years y ON y.year = p.year AND y.code = p.line
    LEFT JOIN line_rests r ON r.year = p.year AND r.code = p.line;

-- Budgets as they are closed. ``plan`` is what a line said of itself when it was approved.
CREATE TABLE budget AS
SELECT l.* REPLACE (CASE WHEN l.side = 'resource' OR (y.code IS NOT NULL AND why IS NULL) THEN explanation
                         ELSE concat_ws(' ', explanation, coalesce(why, getvariable('unpaid_words'))) END AS explanation),
       explanation AS plan,
       coalesce(y.actual, coalesce(amended, approved) * (780 + draw(215, 'actual', l.year || l.code)) // 1000) AS actual
FROM amended_lines l LEFT JOIN line_years y ON y.year = l.year AND y.code = l.code
ORDER BY l.year, side, l.code;

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
           office_day(new_year(year) + CAST(75 + draw(80, 'transfer-day', year || key) + (nth - 1) * (60 + draw(120, 'transfer-later', year || key)) AS INTEGER)) AS decided_on
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
