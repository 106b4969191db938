-- Revenues month by month. The months of a line come to its actual in the budget, to the rial: each is what is due up to
-- its end less what was due before it, and the last takes the rest.
CREATE TABLE revenues AS
WITH months AS (
    SELECT year, code, title, resource_class, actual * 1000000 AS actual, jm,
           sum(60 + draw(45, 'revenue', year || code || '~' || jm)) OVER (PARTITION BY year, code ORDER BY jm) AS upto,
           sum(60 + draw(45, 'revenue', year || code || '~' || jm)) OVER (PARTITION BY year, code) AS whole
    FROM (SELECT *, unnest(range(1, 13)) AS jm FROM budget WHERE side = 'resource')
),
due AS (
    SELECT *, CAST(actual * upto // whole // 1000 * 1000 AS BIGINT) AS reached FROM months
)
SELECT year, printf('%04d-%02d', year, jm) AS month, code, title, resource_class,
       reached - coalesce(lag(reached) OVER (PARTITION BY year, code ORDER BY jm), 0) AS amount
FROM due
ORDER BY year, month, code;

-- What was owed at the end of each year: to contractors by contract, to and by others in sum.
CREATE TABLE debts AS
WITH years AS (
    SELECT unnest(getvariable('contract_years')) AS year
),
contracted AS (
    SELECT year, year * 1000 + 100 + row_number() OVER (PARTITION BY year ORDER BY number) AS key, 'debt' AS side, 'contractors' AS kind,
           contractor_id AS party_id, contractor AS party, 'مانده طلب ' || subject AS subject, number AS contract,
           amount // 100000 * (20 + draw(160, 'owed', number)) * 100 AS amount, contractor_national_id AS party_national_id, account
    FROM contracts
    WHERE draw(14, 'owed-at-all', number) = 0 AND kind <> 'lease'
),
others AS (
    SELECT year, year * 1000 + place AS key, kinds[place][1] AS side, kinds[place][2] AS kind, NULL AS party_id,
           kinds[place][3] AS party, kinds[place][4] AS subject, NULL AS contract,
           CAST(kinds[place][5] AS BIGINT) * 1000000 * (100 + draw(60, 'balance', year * 1000 + place)) // 100
               * (10 + 3 * (year - getvariable('contract_years')[1])) // 10 AS amount,
           NULL AS party_national_id, NULL AS account
    FROM years, (SELECT unnest(range(1, 11)) AS place), (SELECT [
        ['debt', 'banks', 'بانک نمونه', 'مانده تسهیلات', '900000'],
        ['debt', 'tax', 'اداره مالیات نمونه', 'مالیات تکلیفی', '120000'],
        ['debt', 'insurance', 'شعبه بیمه نمونه', 'حق بیمه کارکنان', '210000'],
        ['debt', 'expropriation', 'مالکان املاک در طرح (جمع)', 'بهای املاک در طرح', '340000'],
        ['debt', 'other', 'سایر بستانکاران (جمع)', 'مانده‌های خرد', '45000'],
        ['claim', 'levies', 'مؤدیان عوارض نوسازی (جمع)', 'عوارض وصول نشده', '480000'],
        ['claim', 'levies', 'مؤدیان عوارض خودرو (جمع)', 'عوارض وصول نشده', '130000'],
        ['claim', 'rent', 'مستأجران املاک (جمع)', 'اجاره معوق', '38000'],
        ['claim', 'government', 'دستگاه اجرایی نمونه', 'سهم کمک به حمل و نقل', '260000'],
        ['claim', 'other', 'سایر بدهکاران (جمع)', 'مانده‌های خرد', '27000']] AS kinds)
)
SELECT year, printf('%d-%d', year, key % 1000) AS number, new_year(year + 1) - 1 AS as_of, side, kind, party_id, party, subject,
       contract, amount,
       CASE WHEN draw(3, 'overdue', key) = 0 THEN amount // 200000 * draw(100, 'overdue-part', key) * 1000 END AS overdue,
       new_year(year + 1) + CASE WHEN draw(3, 'overdue', key) = 0 THEN -30 - draw(370, 'due', key) ELSE draw(200, 'due', key) END::INTEGER AS due_on,
       CASE WHEN draw(3, 'overdue', key) = 0 THEN 'overdue' WHEN draw(15, 'disputed', key) = 0 THEN 'disputed' ELSE 'current' END AS state,
       party_national_id, account
FROM (FROM contracted UNION ALL FROM others)
ORDER BY year, key;
