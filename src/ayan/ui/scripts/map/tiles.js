// Where tiles come from: ranges of the sealed files; those of the first view are asked for while the library comes.

import { FetchSource, PMTiles, Protocol, TileType } from "pmtiles";

const MOST_AHEAD = 12; // tiles of one layer; a view of more is asked for as the library wants it
const MOST_AT_ONCE = 2; // of these: of the six ways to one host the library has two, and one is left for the reader
const TILE = 512; // pixels of the library's tiles

export const protocol = new Protocol();
export const hrefOf = (url) => new URL(url, location.href).href;

const bytesOf = (text) => Uint8Array.from(atob(text), (letter) => letter.codePointAt(0)).buffer;

let free = MOST_AT_ONCE;
const waiting = [];

async function inTurn(act) {
  if (free) free--;
  else await new Promise((resolve) => waiting.push(resolve));
  try {
    return await act();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}

// A file by its parts, each of an address of its own: parts of one address would be fetched one after the other, for
// a browser lets one request at a time fill what it keeps of an address. What was asked for ahead is given once to
// whoever asks the same.
class Parts {
  constructor({ url, parts, head }) {
    this.key = hrefOf(url);
    this.parts = parts;
    this.head = head;
    this.ahead = new Map();
    this.isAhead = false;
  }
  getKey() {
    return this.key;
  }
  async fetched(offset, length, signal) {
    const answer = await fetch(`${this.parts}${offset}-${length}`, { signal });
    if (!answer.ok) throw new Error(`the tiles answer ${answer.status}`);
    return { data: await answer.arrayBuffer() };
  }
  getBytes(offset, length, signal) {
    if (offset === 0 && this.head) return Promise.resolve({ data: bytesOf(this.head) });
    const name = `${offset}+${length}`;
    const kept = this.ahead.get(name);
    this.ahead.delete(name);
    // Whatever is asked ahead is asked without the other's way to break it off.
    if (kept) return kept.catch(() => this.fetched(offset, length, signal));
    if (!this.isAhead) return this.fetched(offset, length, signal);
    const answer = inTurn(() => this.fetched(offset, length));
    this.ahead.set(name, answer);
    return answer;
  }
}

// The archive of a file, known to the library from now on.
export function known(tiles) {
  const href = hrefOf(tiles.url);
  if (!protocol.tiles.has(href)) protocol.add(new PMTiles(tiles.head ? new Parts(tiles) : new FetchSource(href)));
  return protocol.tiles.get(href);
}

// A file that is held whole: nobody learns which part of it is looked at.
class Held {
  constructor(key, data) {
    this.key = key;
    this.data = data;
  }
  getKey() {
    return this.key;
  }
  async getBytes(offset, length) {
    return { data: this.data.slice(offset, offset + length) };
  }
}

const x = (longitude, share) => ((longitude + 180) / 360) * share;
const y = (latitude, share) => {
  const sine = Math.sin((latitude * Math.PI) / 180);
  return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * share;
};

function namesIn([west, south, east, north], width, height, header) {
  const across = Math.min(width / (x(east, 1) - x(west, 1)), height / (y(south, 1) - y(north, 1))) / TILE;
  const level = Math.max(header.minZoom, Math.min(header.maxZoom, Math.floor(Math.log2(across))));
  const share = 2 ** level;
  // The view is wider than the window where their shapes differ.
  const [half, tall] = [width / across / TILE / 2, height / across / TILE / 2];
  const [middle, line] = [(x(west, 1) + x(east, 1)) / 2, (y(south, 1) + y(north, 1)) / 2];
  const names = [];
  for (let column = Math.floor((middle - half) * share); column <= Math.floor((middle + half) * share); column++)
    for (let row = Math.floor((line - tall) * share); row <= Math.floor((line + tall) * share); row++)
      names.push([level, column, row]);
  return names;
}

async function askAhead(tiles, window, width, height) {
  const archive = known(tiles);
  const { source } = archive;
  if (!(source instanceof Parts)) return;
  const names = namesIn(window, width, height, await archive.getHeader());
  if (names.length > MOST_AHEAD) return;
  source.isAhead = true;
  await Promise.allSettled(names.map((name) => archive.getZxy(...name)));
  source.isAhead = false;
}

export const ahead = (document_, window, width, height) =>
  Promise.allSettled(tilesOf(document_).map((tiles) => askAhead(tiles, window, width, height)));

export const tilesOf = ({ layers, over = [] }) => [...layers, ...over].flatMap((layer) => layer.tiles);

export async function hold(document_) {
  for (const { url } of tilesOf(document_)) {
    const href = hrefOf(url);
    if (protocol.tiles.get(href)?.source instanceof Held) continue;
    protocol.add(new PMTiles(new Held(href, await (await fetch(href)).arrayBuffer())));
  }
}

export async function archiveOf(url) {
  const href = hrefOf(url);
  const archive = new PMTiles(href);
  protocol.add(archive);
  const header = await archive.getHeader();
  return { href, header, about: await archive.getMetadata(), isVector: header.tileType === TileType.Mvt };
}
