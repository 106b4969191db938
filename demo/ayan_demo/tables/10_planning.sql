-- Rulings of the Article 100 panels, six in ten on a file whose permit was given before.
-- Values are whole hundreds of thousands, so that area × value × coefficient is a whole number of rials. For flags to find:
-- ten rulings of the last year on buildings without a permit, like in district and use (``alike``), of which one has
-- another coefficient; and one fine a year of which a part was forgiven.
CREATE TABLE rulings AS
WITH counted AS (
    SELECT greatest(12, getvariable('permits') // 8) AS most
),
crowded AS (
    SELECT list(n ORDER BY n) AS parcels FROM parcels GROUP BY district, permitted_use
    ORDER BY count(*) DESC, district, permitted_use LIMIT 1
),
drawn AS (
    SELECT year, j, year * 10000 + j AS key, office_day(new_year(year) + (8 + (2 * j - 1) * 175 // most)::INTEGER) AS ruled_on,
           year = getvariable('closed_year') AND j BETWEEN 2 AND 11 AS alike,
           CASE WHEN NOT alike AND draw(10, 'has-file', year * 10000 + j) < 6
                THEN 1 + draw(greatest(1, (j - 1) * getvariable('permits') // most), 'ruled-file', year * 10000 + j) END AS file,
           CASE WHEN alike THEN parcels[1 + (j - 2) % len(parcels)]
                ELSE draw(getvariable('parcels'), 'ruled-parcel', year * 10000 + j) END AS parcel,
           CASE WHEN alike OR j = 12 THEN 0 ELSE draw(100, 'ruling', year * 10000 + j) END AS roll
    FROM counted, crowded, (SELECT unnest(getvariable('years')) AS year), LATERAL (SELECT unnest(range(1, most + 1)) AS j)
),
placed AS (
    SELECT d.*, f.file_number, p.renovation_code, p.district, p.permitted_use AS use,
           CASE WHEN f.file_number IS NULL THEN 'no-permit'
                ELSE pick(['extra-area', 'extra-area', 'extra-area', 'change-of-use', 'parking', 'setback', 'structure'],
                          'violation', d.key) END AS violation,
           -- Missing parking is fined, never torn down.
           CASE WHEN roll < 70 OR (violation = 'parking' AND roll < 93) THEN 'fine' WHEN roll < 85 THEN 'demolition' WHEN roll < 93 THEN 'restoration'
                ELSE 'no-violation' END AS ruling,
           500 + draw(12000, 'ruled-area', d.key) AS area_centi
    FROM drawn d LEFT JOIN permits f ON f.year = d.year AND f.j = d.file
    JOIN parcels p ON CASE WHEN f.file_number IS NULL THEN p.n = d.parcel ELSE p.renovation_code = f.renovation_code END
),
priced AS (
    SELECT *, CASE WHEN ruling = 'fine' THEN (20 + draw(80, 'ruled-value', key)) * 100000 END AS transaction_value,
           CASE WHEN ruling <> 'fine' THEN NULL
                WHEN alike THEN CASE WHEN j = 7 THEN 200 ELSE 150 END
                WHEN use IN ('residential', 'mixed') THEN 50 + 25 * draw(11, 'coefficient', key)
                WHEN use IN ('commercial', 'industrial', 'office') THEN 200 + 25 * draw(9, 'coefficient', key)
                ELSE 100 END AS coefficient_centi
    FROM placed
)
SELECT * EXCLUDE (alike), printf('%d/%04d', year, j) AS number,
       area_centi * coefficient_centi * transaction_value // 10000 * CASE WHEN j = 12 THEN 85 ELSE 100 END // 100 AS fine,
       CASE WHEN ruling = 'demolition' THEN pick(['planning', 'technical', 'hygiene'], 'principle', key) END AS principle,
       pick(['first', 'first', 'first', 'appeal'], 'panel', key) AS panel,
       person_name(1000 + draw(48000, 'ruled-owner', key)) AS owner_name,
       person_nid(1000 + draw(48000, 'ruled-owner', key)) AS owner_national_id
FROM priced
ORDER BY year, j;

-- What was taken for permits, in one or two receipts that come to the fee, and for seven in ten fines.
CREATE TABLE receipts AS
WITH permit_parts AS (
    SELECT year, issued_on AS upon, file_number, fee, unnest(range(1, 2 + draw(2, 'parts', file_number))) AS part,
           1 + draw(2, 'parts', file_number) AS parts, owner_name AS payer_name, owner_national_id AS payer_national_id
    FROM permits
    WHERE fee > 0
),
taken AS (
    SELECT year, 'permit' AS kind, file_number, NULL AS ruling,
           greatest(new_year(year), upon - (12 - 4 * part)::INTEGER) AS received_on,
           CASE WHEN parts = 1 THEN fee WHEN part = 1 THEN fee * 6 // 10000 * 1000 ELSE fee - fee * 6 // 10000 * 1000 END AS amount,
           payer_name, payer_national_id
    FROM permit_parts
    UNION ALL
    SELECT year, 'fine', NULL, number, least(new_year(year + 1) - 1, ruled_on + (5 + draw(40, 'fine-paid', key))::INTEGER),
           CASE WHEN draw(3, 'fine-half', key) = 0 THEN fine // 2 ELSE fine END, owner_name, owner_national_id
    FROM rulings
    WHERE fine > 1 AND draw(10, 'fine-taken', key) < 7
)
SELECT *, row_number() OVER (PARTITION BY year ORDER BY received_on, kind, file_number, ruling, amount) AS j,
       printf('%d-R%05d', year, j) AS number, pick(['online', 'online', 'bank', 'pos'], 'channel', number) AS channel
FROM taken
ORDER BY year, j;

-- Decisions of the Article 5 commission: each changes use or density of a parcel or of an area.
CREATE TABLE decisions AS
WITH drawn AS (
    SELECT year, j, year * 100 + j AS key, draw(getvariable('parcels'), 'decided-parcel', year * 100 + j) AS parcel,
           draw(4, 'whole-area', year * 100 + j) = 0 AS area, draw(10, 'decided', year * 100 + j) AS roll
    FROM (SELECT unnest(getvariable('years')) AS year), range(1, 13) r(j)
)
SELECT year, j, printf('5-%d-%02d', year, j) AS number, office_day(new_year(year) + (j * 28)::INTEGER) AS decided_on,
       CASE WHEN NOT area THEN p.renovation_code END AS renovation_code, p.district, p.street AS place,
       CASE WHEN area THEN 'تغییر طرح تفصیلی محدودهٔ ' ELSE 'تغییر کاربری و تراکم ملکی در ' END || p.street AS title,
       'کمیسیون دربارهٔ ' || p.street || ' تصمیم گرفت (متن ساختگی).' AS text, p.permitted_use AS from_use,
       pick(list_filter(['residential', 'mixed', 'commercial', 'public', 'office'], lambda u: u <> p.permitted_use), 'to-use', key) AS to_use, p.density AS from_density,
       p.density + 30 * (1 + draw(5, 'to-density', key)) AS to_density,
       CASE WHEN roll < 7 THEN 'approved' WHEN roll < 9 THEN 'rejected' ELSE 'returned' END AS outcome
FROM drawn d JOIN parcels p ON p.n = d.parcel
ORDER BY year, j;
