-- Seeded draws: the same seed, tag and key always give the same value, in any order of rows.
CREATE MACRO draw(bound, tag, key) AS CAST(hash(key, tag, getvariable('seed')) % CAST(bound AS UBIGINT) AS BIGINT);
CREATE MACRO pick(words, tag, key) AS words[1 + draw(len(words), tag, key)];
CREATE MACRO persian(x) AS translate(CAST(x AS VARCHAR), '0123456789', '۰۱۲۳۴۵۶۷۸۹');

-- Check digits of a national ID: Σ dᵢ·(10−i) over nine digits, mod 11; r below 2 stands for itself, else 11 − r.
CREATE MACRO digit(text, place) AS CAST(substr(text, place, 1) AS INTEGER);
CREATE MACRO national_rest(nine) AS (
    digit(nine, 1) * 10 + digit(nine, 2) * 9 + digit(nine, 3) * 8 + digit(nine, 4) * 7 + digit(nine, 5) * 6
    + digit(nine, 6) * 5 + digit(nine, 7) * 4 + digit(nine, 8) * 3 + digit(nine, 9) * 2
) % 11;
CREATE MACRO national_whole(nine) AS
    nine || CASE WHEN national_rest(nine) < 2 THEN national_rest(nine) ELSE 11 - national_rest(nine) END;
-- 999 is the code of no place, so nobody holds such a number; n is below a million.
CREATE MACRO national_id(n) AS national_whole('999' || lpad(CAST(n AS VARCHAR), 6, '0'));

-- Check digit of a legal ID: with k = d₁₀ + 2, Σ (dᵢ + k)·z over z = 29, 27, 23, 19, 17 twice, mod 11, ten read as 0.
CREATE MACRO legal_rest(ten, k) AS (
    (digit(ten, 1) + k) * 29 + (digit(ten, 2) + k) * 27 + (digit(ten, 3) + k) * 23 + (digit(ten, 4) + k) * 19
    + (digit(ten, 5) + k) * 17 + (digit(ten, 6) + k) * 29 + (digit(ten, 7) + k) * 27 + (digit(ten, 8) + k) * 23
    + (digit(ten, 9) + k) * 19 + (digit(ten, 10) + k) * 17
) % 11 % 10;
CREATE MACRO legal_whole(ten) AS ten || legal_rest(ten, digit(ten, 10) + 2);
-- No legal ID is issued that begins with 99; n has eight digits at most.
CREATE MACRO legal_id(n) AS legal_whole('99' || lpad(CAST(n AS VARCHAR), 8, '0'));

-- An account number of the bank 099, which does not exist, with right check digits; n has twelve digits at most.
CREATE MACRO iban_whole(bban) AS
    'IR' || lpad(CAST(98 - CAST(bban || '182700' AS HUGEINT) % 97 AS VARCHAR), 2, '0') || bban;
CREATE MACRO iban(n) AS iban_whole('0990' || lpad(CAST(n AS VARCHAR), 18, '0'));

-- An invented person is a number below 100,000: the same number is the same person in every table.
CREATE MACRO person_name(n) AS
    pick(getvariable('first_names'), 'first', n) || ' ' || getvariable('surname') || ' ' || persian(n);
CREATE MACRO person_nid(n) AS national_id(draw(1000000, 'national', n));
CREATE MACRO person_father(n) AS pick(getvariable('father_names'), 'father', n);
CREATE MACRO person_mobile(n) AS '0900' || lpad(CAST(draw(10000000, 'mobile', n) AS VARCHAR), 7, '0');
CREATE MACRO person_iban(n) AS iban(draw(1000000000000, 'account', n));

-- A street of the city is a number, which says its name and its district wherever it is named. Those that offices write are
-- of the first hundred and fifty, whose names bear no digits.
CREATE MACRO street_name(n) AS
    getvariable('street_kinds')[1 + n % len(getvariable('street_kinds'))] || ' '
    || getvariable('streets')[1 + n // len(getvariable('street_kinds')) % len(getvariable('streets'))]
    || CASE WHEN n >= len(getvariable('street_kinds')) * len(getvariable('streets'))
            THEN ' ' || persian(n // (len(getvariable('street_kinds')) * len(getvariable('streets'))) + 1) ELSE '' END;
CREATE MACRO street_number(key) AS draw(least(getvariable('street_rows'), 150), 'street', key);
CREATE MACRO street(key) AS street_name(street_number(key));
CREATE MACRO district_of(n) AS getvariable('districts')[1 + n % len(getvariable('districts'))];
CREATE MACRO street_district(key) AS district_of(street_number(key));
