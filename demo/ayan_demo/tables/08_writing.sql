-- How offices write; z is a draw that differs from row to row.
CREATE MACRO fa(x) AS translate(CAST(x AS VARCHAR), '0123456789', '۰۱۲۳۴۵۶۷۸۹');
CREATE MACRO ar(x) AS translate(x, 'یک', 'يك');

-- A keyboard of another language, a space left behind or before, a letter as a PDF keeps it: none may reach the public.
CREATE MACRO messy(x, z) AS
    CASE z % 6 WHEN 0 THEN ar(x) WHEN 1 THEN x || ' ' WHEN 2 THEN ' ' || ar(x) WHEN 3 THEN replace(x, 'لا', 'ﻻ') ELSE x END;

CREATE MACRO grouped(x) AS format('{:,}', x);
-- In a larger unit, with as many decimals as nothing is lost by; `width` is the number of its zeros.
CREATE MACRO shifted(x, unit, width) AS
    grouped(x // unit) || CASE WHEN x % unit = 0 THEN ''
                               ELSE '.' || rtrim(lpad(CAST(x % unit AS VARCHAR), width, '0'), '0') END;
CREATE MACRO bracketed(x, unit, width) AS
    CASE WHEN x < 0 THEN '(' || shifted(-x, unit, width) || ')' ELSE shifted(x, unit, width) END;
CREATE MACRO decimal_text(x, unit, form) AS printf(form, x // unit, x % unit);

CREATE MACRO absent(x, z) AS coalesce(x, (['-', '--', 'فاقد', 'ندارد', ''])[1 + z % 5]);

-- The forms a Jalali date takes in one column of one file.
CREATE MACRO j_any(x, z) AS
    CASE z % 4 WHEN 0 THEN j_slash(x) WHEN 1 THEN fa(j_slash(x)) WHEN 2 THEN j_plain(x) ELSE j_dash(x) END;
