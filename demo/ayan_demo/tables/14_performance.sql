-- A third of the activities are measured. What another table lists is counted there; the rest has a size that a city of
-- half a million can have. Money is left to the tables of money. One in twelve did not report.

-- How often a year, by code: the rows of the table that lists them.
CREATE TABLE counted AS
SELECT year, code, count(*) AS many FROM permits, (
    VALUES ('PL-01', 'new'), ('PL-05', 'rebuild'), ('PL-06', 'repair'), ('PL-07', 'wall'), ('PL-08', 'extension'),
           ('PL-02', 'extended'), ('PL-04', 'revoked')) v(code, what)
WHERE what IN (kind, state) GROUP BY ALL
UNION ALL
SELECT year, code, count(*) FROM requests, (
    VALUES ('CI-02', 'complaint'), ('CI-04', 'meeting'), ('CI-05', 'suggestion'), ('CI-06', 'repair')) v(code, what)
WHERE kind = what AND answered IS NOT NULL GROUP BY ALL
UNION ALL
SELECT year, code, count(*) FROM licences, (
    VALUES ('TR-03', 'taxi'), ('TR-04', 'school-transport'), ('FS-19', 'shop-safety'), ('CW-20', 'excavation')) v(code, what)
WHERE kind = what GROUP BY ALL
UNION ALL
SELECT year, code, count(*) FROM contracts, (VALUES ('PR-18', 'lease'), ('FI-24', 'partnership')) v(code, what)
WHERE kind = what GROUP BY ALL
UNION ALL SELECT year, 'CO-02', count(*) FROM votes WHERE vote <> 'absent' GROUP BY year
UNION ALL SELECT year, 'CO-09', count(*) FROM tariffs GROUP BY year
UNION ALL SELECT year, 'PL-20', count(*) FROM decisions GROUP BY year
UNION ALL SELECT year, 'FS-17', sum(exemptions - ended) FROM exemptions GROUP BY year
UNION ALL SELECT CAST(left(number, 4) AS INTEGER) AS year, 'ST-18', count(*) FROM trips GROUP BY year;

-- What one year has of what no table lists, from least to most: the first pattern that fits the indicator.
CREATE TABLE magnitudes AS
FROM (VALUES
    (1, '^میانگین', 4, 19), (2, '^مسافران', 2000000, 9000000), (3, '^تُن عرضه', 20000, 60000), (4, '^تُن', 40000, 90000),
    (5, '^کیلووات', 150000, 700000), (6, '^متر مکعب', 90000, 300000), (7, '^متر مربع نقاشی', 1500, 6000),
    (8, '^متر مربع', 400000, 900000), (9, '^متر خط', 120000, 400000), (10, '^طول', 4000, 30000),
    (11, '^کیلومتر خط ویژه', 12, 30), (12, '^کیلومتر', 40, 160), (13, '^نفر ساعت', 18000, 60000),
    (14, '^ساعت کارکرد', 550000, 700000), (15, '^برگ', 90000, 400000), (16, '^(درخت|بازدیدکنندگان|خودروهای)', 6000, 40000),
    (17, '^چراغ', 700, 20000), (18, '^(خاک|جابه‌جایی‌ها)', 2300, 2900), (19, '^تاکسی', 1500, 2200),
    (20, '^(شرکت‌کنندگان|کسان|پاسخ‌دهندگان|داوطلبان)', 600, 9000), (21, '^شیر', 500, 900), (22, '^مخزن', 8000, 30000),
    (23, '^(نقشه|پرونده|اعتراض|تأیید|اخطار|سرویس|درخواست)', 150, 1800), (24, '^(کارکنان بیمه|کارکنان ارزیابی)', 260, 310),
    (25, '^کارکنان', 6, 40), (26, '^(صورت|گزارش‌های منتشر|مطالعه|زمین|سامانه|رزمایش|آثار|پایگاه|ایستگاه)', 1, 9),
    (27, '^(جدول|مجموعه|سنجه|برنامه|آزمون|قرارداد|شماره)', 4, 45), (28, '^(خبر|نمونه|نشست|نوبت|جاها)', 40, 700), (99, '', 12, 140)
) v(rank, pattern, least, most);

-- Targets and what was reached, in hundredths: a share is told as a part of one, all else in whole numbers.
CREATE TABLE performance AS
WITH aimed AS (
    SELECT year, code, indicator, many, starts_with(indicator, 'سهم') AS share, starts_with(indicator, 'درصد') AS percentage,
           CASE WHEN many IS NOT NULL THEN many * (90 + draw(25, 'target', code || year)) // 100
                WHEN share OR percentage THEN 60 + draw(36, 'target', code)
                ELSE (least + draw(most - least + 1, 'target', code)) * (100 + 3 * (year - getvariable('first_year'))) // 100 END AS whole
    FROM (SELECT * FROM activities, (SELECT unnest(getvariable('years')) AS year)) a LEFT JOIN counted USING (year, code),
         LATERAL (SELECT least, most FROM magnitudes WHERE regexp_matches(a.indicator, pattern) ORDER BY rank LIMIT 1)
    WHERE draw(3, 'measured', code) = 0 AND NOT regexp_matches(indicator, '^(مبلغ|هزینه|حقوق)')
),
reached AS (
    SELECT *, CASE WHEN draw(12, 'silent', code || year) > 0
                   THEN coalesce(many, least(greatest(1, whole * (75 + draw(40, 'reached', code || year)) // 100),
                                             CASE WHEN share OR percentage THEN 100 END)) END AS got
    FROM aimed
)
SELECT year, code AS activity, indicator, whole * CASE WHEN share THEN 1 ELSE 100 END AS target,
       got * CASE WHEN share THEN 1 ELSE 100 END AS actual, CASE WHEN got IS NULL THEN 'گزارش نرسیده است (ساختگی)' END AS note
FROM reached
ORDER BY year, code;
