-- Progress statements. How far a project has come is in per mille: what was approved (`reached`) and what was built. What
-- a contract is paid never exceeds what was approved, since its payments share the same part of its amount.
CREATE TABLE statements AS
WITH works AS (
    SELECT number AS contract, printf('%d-P%s', year, split_part(number, '-', 2)) AS project, amount, start_on, c.key, c.state,
           least(end_on, getvariable('last_day') - 6) - start_on AS span, duration_days,
           CASE WHEN load.rank IS NOT NULL THEN 451 + draw(500, 'share', number) ELSE 0 END AS paid
    FROM contracts c LEFT JOIN contract_load load USING (rank)
    WHERE kind = 'works' AND start_on + 10 <= getvariable('last_day')
),
reach AS (
    SELECT *,
           CASE WHEN state IN ('provisional', 'final') THEN 950 + draw(51, 'reached', key)
                WHEN state IN ('terminated', 'suspended') THEN 200 + draw(500, 'reached', key)
                ELSE span * (700 + draw(250, 'reached', key)) // duration_days END AS due,
           CASE WHEN span < 45 THEN 1 ELSE 1 + draw(5, 'statements', key) END AS statements
    FROM works
),
pace AS (
    SELECT *, greatest(due, paid, statements) AS reached,
           CASE WHEN state IN ('provisional', 'final') THEN 1000
                WHEN draw(40, 'money-ahead', key) = 0 THEN greatest(1, greatest(due, paid, statements) - 260)
                ELSE greatest(1, least(1000, greatest(due, paid, statements) + draw(120, 'built', key) - 40)) END AS built
    FROM reach
),
counted AS (
    SELECT *, amount // 1000 * (reached * k // statements) AS cumulative, amount // 1000 * (reached * (k - 1) // statements) AS previous
    FROM (SELECT *, unnest(range(1, statements + 1)) AS k FROM pace)
),
judged AS (
    SELECT project, contract, k AS number, office_day_before(start_on + (span * k // statements)::INTEGER) AS issued_on,
           CASE WHEN k = statements AND state = 'final' THEN 'final' ELSE 'interim' END AS kind,
           cumulative - previous AS approved, previous, cumulative, greatest(1, built * k // statements) AS built,
           draw(5, 'deducted', contract || '~' || k) = 0 AS reduced
    FROM counted
    UNION ALL
    -- What came at the very end is still being looked at.
    SELECT project, contract, statements + 1, getvariable('last_day') - draw(5, 'last', key)::INTEGER, 'interim', NULL,
           amount // 1000 * reached, amount // 1000 * reached, least(1000, built + 20), FALSE
    FROM pace
    WHERE state = 'active' AND draw(4, 'pending', key) = 0
)
SELECT jy AS year, project, contract, CAST(number AS INTEGER) AS number, kind, issued_on, month AS period,
       CASE WHEN approved IS NULL THEN 1000000000 + draw(4000, 'claim', contract) * 1000000
            WHEN reduced THEN approved // 100 * (102 + draw(12, 'claim', contract)) ELSE approved END AS claimed,
       approved, previous, cumulative, built,
       CASE WHEN approved IS NULL THEN 'submitted' WHEN reduced THEN 'reduced' ELSE 'approved' END AS state
FROM judged JOIN days ON day = issued_on
ORDER BY issued_on, contract, number;

CREATE TABLE first_statements AS SELECT contract, min(issued_on) AS first_on FROM statements GROUP BY contract;
