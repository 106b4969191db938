// The ground that the operator gives: pictures, or lines and areas whose meaning nobody declares here.

import { words } from "./page.js";
import { archiveOf } from "./tiles.js";
import { view } from "./view.js";

const WATER = "water";

export async function addGround({ url }) {
  const { map, parts } = view;
  const { href, header, about, isVector } = await archiveOf(url);
  const tiles = [`pmtiles://${href}/{z}/{x}/{y}`];
  const size = { minzoom: header.minZoom, maxzoom: header.maxZoom };
  map.addSource("base", isVector ? { type: "vector", tiles, ...size } : { type: "raster", tiles, tileSize: 256, ...size });
  const first = map.getStyle().layers.find((each) => each.id !== "paper")?.id;
  if (!isVector) map.addLayer({ id: "base", type: "raster", source: "base" }, first);
  for (const { id } of isVector ? (about.vector_layers ?? []) : []) {
    const from = { source: "base", "source-layer": id };
    if (id === WATER) map.addLayer({ id: `base:${id}:area`, type: "fill", ...from, filter: ["==", ["geometry-type"], "Polygon"] }, first);
    map.addLayer({ id: `base:${id}:line`, type: "line", ...from, filter: ["!=", ["geometry-type"], "Point"] }, first);
  }
  // What the file says of itself is text, whatever markup stands in it.
  const said = new DOMParser().parseFromString(String(about.attribution || about.name || ""), "text/html").body.textContent;
  parts.base.textContent = words.base.replace("{n}", said || words.unnamed);
  parts.base.hidden = false;
}

export function removeGround() {
  const { map, parts } = view;
  for (const { id, source } of map.getStyle().layers) if (source === "base") map.removeLayer(id);
  if (map.getSource("base")) map.removeSource("base");
  parts.base.hidden = true;
}
