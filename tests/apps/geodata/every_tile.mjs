// Reads every tile within the bounds of an archive with the reader that map pages use; says what it met as JSON.
import fs from "node:fs";
import { PMTiles } from "pmtiles";

const bytes = fs.readFileSync(process.argv[2]);
const archive = new PMTiles({
  getKey: () => "archive",
  getBytes: async (offset, length) => ({ data: bytes.buffer.slice(bytes.byteOffset + offset, bytes.byteOffset + offset + length) }),
});
const header = await archive.getHeader();
const metadata = await archive.getMetadata();
let read = 0;
for (let zoom = header.minZoom; zoom <= header.maxZoom; zoom++) {
  const across = 2 ** zoom;
  const column = (longitude) => Math.floor(((longitude + 180) / 360) * across);
  const line = (latitude) => {
    const sine = Math.sin((latitude * Math.PI) / 180);
    return Math.floor((0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * across);
  };
  for (let x = column(header.minLon); x <= column(header.maxLon); x++) {
    for (let y = line(header.maxLat); y <= line(header.minLat); y++) {
      const tile = await archive.getZxy(zoom, x, y);
      if (tile && tile.data.byteLength) read++;
    }
  }
}
console.log(JSON.stringify({ addressed: header.numAddressedTiles, read, layers: metadata.vector_layers.map((layer) => layer.id) }));
