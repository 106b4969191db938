-- Parcels of a planned town in the central desert: blocks of two rows that back onto each other, six parcels a row, streets
-- between the rows, lanes between the blocks, an avenue every third block. Points are millionths of a degree, areas
-- hundredths of a square metre. Six parcels of a row are one zone, and each district lies a little askew: shops line the
-- avenues, a block here and there is a garden or public, works lie at the outer edge of one district, and the nearer to
-- the middle of the city the higher may be built. A street runs through its district as far as its names reach.
CREATE TABLE parcels AS
WITH town AS (
    -- Rows of a district, and how many of them stand side by side, so that it is about as wide as it is long.
    SELECT n, n % 6 AS place, n // 6 AS nth, n // 36 AS line, n // 6 % 6 AS lot,
           greatest(2, CAST(floor(sqrt(getvariable('parcels') / 36.0 * 0.27)) AS BIGINT)) AS across,
           CAST(ceil(getvariable('parcels') / 36.0) AS BIGINT) AS lines
    FROM range(getvariable('parcels')) r(n)
),
cut AS (
    SELECT *, line % across AS block, line // across AS depth, 160 + draw(50, 'width', n) AS width, 225 AS height,
           -- Two rows and their street take 560; an avenue 120 more.
           (1 + lines // across // 2) * 560 + (1 + lines // across // 6) * 120 + 400 AS district_high,
           [0, 6, -5, 4, -6, 0][1 + n % 6] AS askew,
           -- Two neighbours lean towards each other by eleven hundredths of their length at most.
           across * 1340 + 500 AS built_wide, built_wide + district_high * 11 // 100 AS district_wide
    FROM town
),
lain AS (
    SELECT *, block * 1340 + sum(width) OVER (PARTITION BY place, line ORDER BY lot) - width AS east,
           depth // 2 * 560 + depth // 6 * 120 + depth % 2 * 225 AS north
    FROM cut
),
placed AS (
    SELECT *, CAST(54440000 + place % 3 * district_wide + east + north * askew // 100 AS BIGINT) AS west,
           CAST(34440000 + place // 3 * district_high + north AS BIGINT) AS south,
           place * 1000000 + line AS row_key, place * 1000000 + depth // 2 * 1000 + block AS block_key,
           (depth + 1) // 2 AS street_row, 1 + max((depth + 1) // 2) OVER (PARTITION BY place) AS street_rows,
           -- In per mille of the city's half: how far east or north of its middle the row lies.
           greatest(abs((place % 3 * 2 - 2) * built_wide + (2 * block + 1 - across) * 1340) * 1000 // (3 * built_wide),
                    abs((place // 3 * 2 - 1) * district_high + 2 * north - district_high) * 1000 // (2 * district_high)) AS away
    FROM lain
),
planned AS (
    SELECT *,
           CASE WHEN depth > 0 AND depth % 6 IN (5, 0) AND draw(4, 'avenue', row_key) > 0 THEN 'C1'
                WHEN draw(100, 'garden', block_key) < 5 THEN 'G1'
                WHEN draw(100, 'public', block_key) < 7 THEN 'P1'
                WHEN place = 4 AND away > 600 AND draw(3, 'works', row_key) > 0 THEN 'I1'
                WHEN draw(10, 'zone', row_key) = 0 THEN pick(['R1', 'R2', 'R3', 'C1'], 'stray-zone', row_key)
                WHEN away < 350 THEN 'R3' WHEN away < 750 THEN 'R2' ELSE 'R1' END AS drawn,
           -- How many names a row of blocks has, at most one a block.
           greatest(1, least(across, getvariable('street_rows') // len(getvariable('districts')) // street_rows)) AS parts
    FROM placed
),
zoned AS (
    SELECT *, getvariable('districts')[1 + place] AS district,
           CASE WHEN getvariable('districts')[1 + place] = 'historic' AND drawn < 'I' THEN 'H1' ELSE drawn END AS zone
    FROM planned
)
SELECT n, printf('%d-%d-%d-%d-1-0-0', place + 1, 1 + n // 6 % 6, 1 + n // 36 % 80, n + 1) AS renovation_code, district, zone,
       CASE zone WHEN 'C1' THEN pick(['commercial', 'commercial', 'office'], 'parcel-use', n)
                 WHEN 'I1' THEN 'industrial' WHEN 'P1' THEN 'public' WHEN 'G1' THEN 'garden'
                 ELSE pick(['residential', 'residential', 'residential', 'mixed'], 'parcel-use', n) END AS permitted_use,
       MAP {'R1': 120, 'R2': 240, 'R3': 420, 'C1': 350, 'I1': 120, 'P1': 240, 'G1': 60, 'H1': 120}[zone] AS density,
       MAP {'R1': 2, 'R2': 4, 'R3': 7, 'C1': 5, 'I1': 2, 'P1': 4, 'G1': 1, 'H1': 2}[zone] AS storeys,
       width * height * 10212 // 10000 AS land_centi, west + width // 2 AS lon, south + height // 2 AS lat,
       -- Which street of its district it fronts, and where on it: rows meet in a street back to back of the next block.
       street_row * parts + block * parts // across AS fronts,
       south + CASE depth % 2 WHEN 0 THEN -50 ELSE height + 50 END AS front,
       '{"type":"Polygon","coordinates":[[' || list_aggregate(list_transform(
           [[0, 0], [width, 0], [width + height * askew // 100, height], [height * askew // 100, height], [0, 0]],
           lambda corner: printf('[%d.%06d,%d.%06d]', (west + corner[1]) // 1000000, (west + corner[1]) % 1000000,
                                 (south + corner[2]) // 1000000, (south + corner[2]) % 1000000)
       ), 'string_agg', ',') || ']]}' AS geometry,
       1000 + draw(48000, 'parcel-owner', n) AS owner
FROM zoned
ORDER BY n;
