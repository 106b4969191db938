// The drawing as a sheet: which part of it is in sight, in its own pixels and in degrees, and what is drawn upon it.

import { figure, numbers, town } from "./page.js";

const NARROWEST = 256; // of the width of the city: the last level of the drawn map (MOST_LEVELS in limits.py)

let svg, drawn, box; // the picture, its size in its own pixels, and its corners in degrees
let seen; // what is in sight: left, top and width in pixels of the picture
let outline; // of what was pressed, as GeoJSON

const tall = () => seen.width * (svg.clientHeight / svg.clientWidth || drawn.height / drawn.width);
const toLongitude = (x) => box[0] + (x / drawn.width) * (box[2] - box[0]);
const toLatitude = (y) => box[3] - (y / drawn.height) * (box[3] - box[1]);
const toX = (longitude) => ((longitude - box[0]) / (box[2] - box[0])) * drawn.width;
const toY = (latitude) => ((box[3] - latitude) / (box[3] - box[1])) * drawn.height;

// Corners of what is in sight, in degrees: west, south, east, north.
export const inSight = () => [
  toLongitude(seen.left), toLatitude(seen.top + tall()), toLongitude(seen.left + seen.width), toLatitude(seen.top),
];

// Names keep their size on the screen; the scale is true only of the drawing as it came.
function keepSizes() {
  const share = seen.width / drawn.width;
  for (const names of svg.querySelectorAll(".land-names")) {
    names.style.removeProperty("font-size");
    names.style.fontSize = `${parseFloat(getComputedStyle(names).fontSize) * share}px`;
    for (const name of names.children) name.style.strokeWidth = `${4 * share}px`;
  }
  const isAsDrawn = Math.abs(share - 1) < 0.01 && Math.abs(seen.left) < 1;
  svg.querySelector(".scale")?.toggleAttribute("hidden", !isAsDrawn);
}

function show() {
  svg.setAttribute("viewBox", [seen.left, seen.top, seen.width, tall()].map((each) => each.toFixed(2)).join(" "));
  keepSizes();
}

function drawOutline() {
  svg.querySelector(".lot-picked")?.remove();
  if (!outline) return;
  const polygons = outline.type === "Polygon" ? [outline.coordinates] : outline.coordinates;
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const line = (ring) => `M${ring.map(([x, y]) => `${toX(x).toFixed(2)} ${toY(y).toFixed(2)}`).join("L")}Z`;
  path.setAttribute("class", "lot-picked");
  path.setAttribute("d", polygons.flat().map(line).join(""));
  svg.append(path);
}

export function outlined(geometry) {
  outline = ["Polygon", "MultiPolygon"].includes(geometry?.type) ? geometry : null;
  drawOutline();
}

// The picture that stands in the figure now, of the corners that the server said; what was in sight stays there.
export function takePicture(corners, sight = null) {
  svg = figure.querySelector(":scope > svg");
  const { width, height } = svg.viewBox.baseVal;
  [drawn, box] = [{ width, height }, corners];
  seen = { left: 0, top: 0, width };
  if (sight) [seen.left, seen.top, seen.width] = [toX(sight[0]), toY(sight[3]), toX(sight[2]) - toX(sight[0])];
  else seen.top = (height - tall()) / 2;
  show();
  drawOutline();
  return svg;
}

// Pixels of the picture for each of the screen.
const perPixel = () => seen.width / svg.clientWidth;

export function at({ clientX, clientY }) {
  const { left, top } = svg.getBoundingClientRect();
  const x = seen.left + (clientX - left - svg.clientLeft) * perPixel();
  const y = seen.top + (clientY - top - svg.clientTop) * perPixel();
  return { x, y, longitude: toLongitude(x), latitude: toLatitude(y) };
}

// The middle stays within the city, and nothing is shown smaller than the whole of it.
function keepWithin() {
  const [west, south, east, north] = town();
  const middle = { x: seen.left + seen.width / 2, y: seen.top + tall() / 2 };
  seen.left = Math.min(toX(east), Math.max(toX(west), middle.x)) - seen.width / 2;
  seen.top = Math.min(toY(south), Math.max(toY(north), middle.y)) - tall() / 2;
}

export function move(right, down) {
  seen.left -= right * perPixel();
  seen.top -= down * perPixel();
  keepWithin();
  show();
}

// Nearer by a factor, farther by one below 1; what is under the pointer stays under it.
export function zoom(factor, pointer) {
  const { x, y } = at(pointer);
  const across = toX(town()[2]) - toX(town()[0]);
  const width = Math.min(across, Math.max(across / NARROWEST, seen.width / factor));
  const share = width / seen.width;
  seen = { left: x - (x - seen.left) * share, top: y - (y - seen.top) * share, width };
  keepWithin();
  show();
}
