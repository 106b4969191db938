-- Managers: the heads of the units in the order of the chart, the first of them the mayor, then their deputies; `base` is in
-- invented points.
CREATE TABLE managers AS
WITH placed AS (
    SELECT r.n, c.title AS unit, c.head_post, r.n <= many AS heads,
           CASE WHEN r.n > many THEN 'chief'
                ELSE MAP {'mayor': 'mayor', 'deputy': 'deputy', 'district': 'district-mayor', 'organisation': 'head',
                          'department': 'director', 'office': 'chief'}[c.kind] END AS level,
           12 + draw(8, 'grade', r.n) AS grade
    FROM range(1, getvariable('managers') + 1) r(n), (SELECT count(*) AS many FROM chart) JOIN chart c ON c.n = 1 + (r.n - 1) % many
)
SELECT n, level, unit, grade, person_name(n) AS name, CASE WHEN heads THEN '' ELSE 'جانشین ' END || head_post AS post,
       getvariable('points')[level] AS base
FROM placed
ORDER BY n;

-- Pay month by month, in rials; the rates of tax and insurance are invented whole per cents.
CREATE VIEW pay AS
WITH months AS (
    SELECT DISTINCT jy, jm, month FROM days WHERE list_contains(getvariable('pay_months'), month)
),
earned AS (
    SELECT m.*, month, n || month AS key,
           base * (50 + 15 * (jy - 1400)) * 10000 + draw(900, 'step', n) * 1000 AS decree_pay,
           (8 + draw(30, 'allowance', n || month)) * 1000000 AS allowances,
           CASE WHEN draw(5, 'overtime-paid', n || month) > 0
                THEN draw(250, 'overtime', n || month) * 100000 + 50000 END AS overtime,
           CASE WHEN jm IN (3, 6, 9, 12) THEN (10 + draw(80, 'bonus', n || month)) * 1000000 END AS bonuses,
           draw(4, 'loan', n) * 2500000 AS loan_deductions
    FROM managers m, months
),
summed AS (
    SELECT *, decree_pay + allowances + coalesce(overtime, 0) + coalesce(bonuses, 0) AS gross FROM earned
),
taxed AS (
    SELECT *, gross * 12 // 1000 * 10 AS tax, decree_pay * 7 // 1000 * 10 AS insurance FROM summed
)
SELECT *, tax + insurance AS deductions, gross - tax - insurance AS net,
       gross - tax - insurance - loan_deductions AS paid, CAST(3000 + n AS VARCHAR) AS personnel_code,
       person_nid(n) AS national_id, person_father(n) AS father_name, person_iban(n) AS account
FROM taxed;
