// What is written over the map: names of places, which the browser joins and sets from the right, and the scale.

import { filled, newElement, town } from "./page.js";
import { view } from "./view.js";

const MOST_NAMES = 14;
const METRES_A_DEGREE = 111_320;

let markers = [];

export function names() {
  const { map, maplibre, shown } = view;
  for (const each of markers) each.remove();
  markers = [];
  const isFar = (map.getBounds().getEast() - map.getBounds().getWest()) * 3 > town()[2] - town()[0];
  const { width, height } = map.getContainer().getBoundingClientRect();
  const taken = [];
  for (const each of shown.names) {
    if (isFar !== Boolean(each.code) || taken.length >= MOST_NAMES) continue;
    const { x, y } = map.project(each.at);
    const half = each.words.length * 4.2 + 6;
    if (x < half || x > width - half || y < 14 || y > height - 34) continue;
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 22)) continue;
    taken.push({ x, y, half });
    const element = newElement("span", each.words, { class: "live-name", "aria-hidden": "true" });
    const marker = new maplibre.Marker({ element }).setLngLat(each.at).addTo(map);
    for (const name of ["aria-label", "role", "tabindex"]) element.removeAttribute(name);
    markers.push(marker);
  }
}

// The scale is as long as a round number of metres.
export function scale() {
  const { map, parts } = view;
  const { lat } = map.getCenter();
  const bounds = map.getBounds();
  const wide = map.getContainer().clientWidth;
  const metres = (bounds.getEast() - bounds.getWest()) * METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);
  const most = metres / 4;
  const base = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((each) => each * base).find((each) => each <= most) ?? base;
  const text = length < 1000 ? filled("metres", length) : filled("kilometres", length / 1000);
  parts.scale.querySelector("span").textContent = text;
  parts.scale.querySelector("i").style.inlineSize = `${(length / metres) * wide}px`;
}
