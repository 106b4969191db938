-- Months of payments. Those of a month go to contracts signed in the 540 days before it and published by then, which they
-- are half a year at a time: ranks from lo up to hi.
CREATE TABLE payment_months AS
SELECT nth, month, year, first_day, length,
       (SELECT count(*) FROM contracts WHERE rank IS NOT NULL AND signed_on < first_day - 540) AS lo,
       (SELECT count(*) FROM contracts WHERE rank IS NOT NULL AND signed_on < half) AS hi
FROM (
    SELECT list_position(getvariable('payment_months'), month) - 1 AS nth, month, jy AS year, min(day) AS first_day,
           new_year(any_value(jy)) + CASE WHEN any_value(jm) > 6 THEN 186 ELSE 0 END AS half,
           count(*)::BIGINT AS length
    FROM days
    WHERE list_contains(getvariable('payment_months'), month)
    GROUP BY month, jy
)
ORDER BY nth;

-- Every payment as a number i and what its draws say. Views, so that a month costs nothing until it is asked for. Some of a
-- month are the same running costs each month, one for each line of the budget (``fixed``). Nothing is paid in the first
-- days of a year.
CREATE VIEW payment_draws AS
SELECT * REPLACE (CASE WHEN fixed IS NOT NULL THEN 740 ELSE roll END AS roll,
                  CASE WHEN office_day(paid_on) < first_day + CAST(length AS INTEGER) THEN office_day(paid_on)
                       ELSE office_day_before(paid_on) END AS paid_on)
FROM (
    SELECT month, year, first_day, length, k, i,
           first_day + CAST(CASE WHEN month LIKE '%-01' THEN 4 + (k - 1) * (length - 4) // getvariable('payments')
                            ELSE (k - 1) * length // getvariable('payments') END AS INTEGER) AS paid_on,
           draw(1000, 'payment-kind', i) AS roll, lo + draw(hi - lo, 'which', i) AS rank,
           CASE WHEN k BETWEEN 31 AND 30 + len(getvariable('use_codes')) THEN getvariable('use_codes')[k - 30] END AS fixed
    FROM (SELECT *, nth * getvariable('payments') + k AS i FROM payment_months, range(1, getvariable('payments') + 1) r(k))
);

CREATE TABLE contract_load AS
SELECT rank, count(*)::BIGINT AS payments, max(i) AS last FROM payment_draws WHERE roll < 740 GROUP BY rank;
