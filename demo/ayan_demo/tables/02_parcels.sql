-- Parcels on a grid in the central desert. Points are millionths of a degree, areas hundredths of a square metre.
CREATE TABLE parcels AS
WITH placed AS (
    -- Each district is a block of its own, some four kilometres wide, three in a row; its parcels are strewn over all of it.
    SELECT *, 54440000 + place % 3 * 40000 + nth % side * wide + draw(wide - 210, 'west', n) AS west,
           34440000 + place // 3 * 45000 + nth // side * high + draw(high - 260, 'south', n) AS south,
           150 + draw(60, 'width', n) AS width, 180 + draw(80, 'height', n) AS height,
           pick(['R1', 'R1', 'R2', 'R2', 'R2', 'R3', 'C1', 'C1', 'I1', 'P1', 'G1'], 'zone', n) AS drawn
    FROM (SELECT n, n % 6 AS place, n // 6 AS nth, CAST(ceil(sqrt(getvariable('parcels') / 6.0)) AS BIGINT) AS side,
                 38000 // side AS wide, 43000 // side AS high
          FROM range(getvariable('parcels')) r(n))
),
zoned AS (
    SELECT *, getvariable('districts')[1 + place] AS district,
           CASE WHEN getvariable('districts')[1 + place] = 'historic' AND drawn < 'I' THEN 'H1' ELSE drawn END AS zone
    FROM placed
)
SELECT n, printf('%d-%d-%d-%d-1-0-0', place + 1, 1 + n // 6 % 6, 1 + n // 36 % 80, n + 1) AS renovation_code, district, zone,
       CASE zone WHEN 'C1' THEN pick(['commercial', 'commercial', 'office'], 'parcel-use', n)
                 WHEN 'I1' THEN 'industrial' WHEN 'P1' THEN 'public' WHEN 'G1' THEN 'garden'
                 ELSE pick(['residential', 'residential', 'residential', 'mixed'], 'parcel-use', n) END AS permitted_use,
       MAP {'R1': 120, 'R2': 240, 'R3': 420, 'C1': 350, 'I1': 120, 'P1': 240, 'G1': 60, 'H1': 120}[zone] AS density,
       MAP {'R1': 2, 'R2': 4, 'R3': 7, 'C1': 5, 'I1': 2, 'P1': 4, 'G1': 1, 'H1': 2}[zone] AS storeys,
       width * height * 10212 // 10000 AS land_centi, west + width // 2 AS lon, south + height // 2 AS lat,
       '{"type":"Polygon","coordinates":[[' || list_aggregate(list_transform(
           [[0, 0], [width, 0], [width, height], [0, height], [0, 0]],
           lambda corner: printf('[%d.%06d,%d.%06d]', (west + corner[1]) // 1000000, (west + corner[1]) % 1000000,
                                 (south + corner[2]) // 1000000, (south + corner[2]) % 1000000)
       ), 'string_agg', ',') || ']]}' AS geometry,
       1000 + draw(48000, 'parcel-owner', n) AS owner
FROM zoned
ORDER BY n;
