-- Vendors, whose names fit their trades. The eight digits of a legal ID are a multiple of a prime, and a name is a head and a tree, so that no two
-- vendors share either.
CREATE TABLE vendors AS
WITH drawn AS (
    SELECT n,
           legal_id((n * 7919 + getvariable('seed') % 1000 * 104729) % 100000000) AS legal_id,
           getvariable('company_heads')[1 + n % len(getvariable('company_heads'))] || ' '
               || getvariable('streets')[1 + n // len(getvariable('company_heads')) % len(getvariable('streets'))]
               || ' نمونه' AS name,
           pick(getvariable('legal_forms'), 'form', n) AS kind,
           getvariable('company_trades')[1 + n % len(getvariable('company_heads'))] AS activity,
           pick(getvariable('cities'), 'city', n) AS city,
           -- Every ninth was registered shortly before the first contracts, for a flag to find. The register writes years of
           -- two digits, which are read as 13xx.
           CASE WHEN n % 9 = 0
                THEN new_year(least(getvariable('contract_years')[1], 1400)) - 40 - draw(60, 'new', n)::INTEGER
                ELSE new_year(1380) + draw(6900, 'registered', n)::INTEGER END AS registered_on,
           pick(getvariable('standings'), 'standing', n) AS standing,
           person_nid(50000 + n) AS manager_national_id,
           person_mobile(50000 + n) AS manager_mobile,
           person_iban(50000 + n) AS account
    FROM range(1, getvariable('vendors') + 1) r(n)
)
SELECT *, CASE WHEN standing = 'barred' THEN getvariable('last_day') + (200 + n % 400)::INTEGER END AS barred_until
FROM drawn
ORDER BY n;

-- Street values: a street lies in one district and one postal patrol.
CREATE TABLE street_values AS
WITH named AS (
    SELECT n, n % len(getvariable('district_words')) AS place
    FROM range(getvariable('street_rows')) r(n)
)
SELECT year, n, getvariable('district_words')[1 + place] AS district,
       CAST(90100 + place * 10 + draw(7, 'patrol', n) AS VARCHAR) AS postal_patrol,
       street_name(n) AS street,
       (12 + draw(90, 'q', n)) * 1000 * (10 + 3 * (year - getvariable('first_year'))) // 10 // 1000 * 1000 AS q,
       pick([400, 400, 400, 500, 500, 600, 450, 250], 'k', n) AS k
FROM named, (SELECT unnest(getvariable('years')) AS year)
ORDER BY year, n;

-- Who trades in what.
CREATE TABLE trades AS SELECT activity AS trade, list(n ORDER BY n) AS vendors FROM vendors GROUP BY activity;

-- Every parcel fronts a street of its district.
ALTER TABLE parcels ADD COLUMN street VARCHAR;
UPDATE parcels SET street = s.street
FROM street_values s
WHERE s.year = getvariable('first_year')
  AND s.n = parcels.n % len(getvariable('district_words'))
      + len(getvariable('district_words'))
        * (parcels.fronts % (getvariable('street_rows') // len(getvariable('district_words'))));

-- Permits, each on a parcel, of whose use, size and height it is. Areas are hundredths of a square metre.
CREATE TABLE permits AS
WITH drawn AS (
    SELECT year, j, year * 100000 + j AS key,
           pick(getvariable('permit_kinds'), 'permit-kind', year * 100000 + j) AS kind,
           draw(getvariable('parcels'), 'permit-parcel', year * 100000 + j) AS parcel,
           45 + draw(25, 'cover', year * 100000 + j) AS cover,
           1000 + draw(48000, 'owner', year * 100000 + j) AS owner
    FROM (SELECT unnest(getvariable('years')) AS year), range(1, getvariable('permits') + 1) r(j)
),
kinds AS (
    -- A house is built anew once; whatever is asked for its parcel later changes that house.
    SELECT * REPLACE (CASE WHEN kind IN ('new', 'rebuild') AND row_number() OVER (PARTITION BY parcel ORDER BY key) > 1
                           THEN pick(['extension', 'repair', 'repair', 'wall'], 'later-kind', key) ELSE kind END AS kind)
    FROM drawn
),
placed AS (
    SELECT d.*, p.renovation_code, p.district, p.permitted_use AS use, p.land_centi, p.lon, p.lat, p.street,
           CASE WHEN d.kind <> 'wall' THEN 1 + draw(p.storeys, 'storeys', d.key) END AS storeys
    FROM kinds d JOIN parcels p ON p.n = d.parcel
),
built AS (
    SELECT *, pick(getvariable('permit_states'), 'permit-state', key) AS state_drawn,
           CASE WHEN kind = 'wall' THEN 0
                   WHEN kind IN ('extension', 'repair') THEN land_centi * cover // 200
                   ELSE land_centi * cover // 100 * storeys END AS floor_centi
    FROM placed
)
SELECT year, j, printf('%d-%05d', year, j) AS file_number, renovation_code,
       office_day(new_year(year) + CAST(2 + (2 * j - 1) * 178 // getvariable('permits') AS INTEGER)) AS issued_on,
       district, use, kind, land_centi, floor_centi, storeys,
       -- What is repaired or built on belongs to one or two homes of the house, not to all of them.
       CASE WHEN kind = 'wall' THEN 0 WHEN kind IN ('extension', 'repair') THEN 1 + (floor_centi > 12000)::INTEGER
            ELSE storeys * (1 + draw(2, 'flats', key)) END AS units,
       CASE WHEN kind IN ('wall', 'repair') THEN 0 WHEN kind = 'extension' THEN 1
            ELSE storeys * (1 + draw(2, 'spaces', key)) END AS parking,
       -- As the city's sample tariff has it: what a square metre costs in a district rises with the city's budget, of whose
       -- line of permits the fees come to some three quarters. One permit of the last year was charged for more.
       floor_centi * (list_extract(getvariable('permit_prices'), list_position(getvariable('districts'), district))
                      * CAST(5 * 1.6 ^ (year - getvariable('first_year')) AS INTEGER)
                      // 10 * 400 // greatest(400, getvariable('permits'))) // 1000 * 1000
       + CASE WHEN year = getvariable('closed_year') AND kind = 'new'
                   AND row_number() OVER (PARTITION BY year, kind ORDER BY j) = getvariable('overcharged_permit')
              THEN getvariable('overcharge') ELSE 0 END AS fee,
       -- What is built within the year was begun in its first half.
       CASE WHEN state_drawn = 'completed' AND (2 * j > getvariable('permits') OR kind IN ('new', 'rebuild')) THEN 'issued'
            ELSE state_drawn END AS state,
       lon, lat,
       person_name(owner) AS owner_name, person_nid(owner) AS owner_national_id,
       person_father(owner) AS owner_father_name, person_mobile(owner) AS owner_mobile,
       street || '، پلاک نمونه ' || persian(j % 90 + 1) AS address
FROM built
ORDER BY year, j;
