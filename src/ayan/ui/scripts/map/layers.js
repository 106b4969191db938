// The layers on the map: land by class, points by class over it, and points of further datasets under marks of their own.

import { forgetTokens, token } from "./page.js";
import { drawnKeys, saidOf } from "./rows.js";
import { hrefOf, known } from "./tiles.js";
import { every, subject, view } from "./view.js";

const MARK = 14; // the side of the square in which a mark is drawn (see overlays.py)
const SHARP = 3; // pixels of its picture for each of these

const classed = (layer) => ["to-string", ["get", layer.classed]];

// One layer of the library for all classes: each would be read from the tiles and drawn by itself.
function colours(layer) {
  const shown = layer.classes.filter((each) => saidOf(each).length);
  const pairs = shown.flatMap((each) => [saidOf(each), token(each.tint ? `--z-${each.tint}` : "--c-0")]);
  return layer.classed && pairs.length ? ["match", classed(layer), ...pairs, token("--c-0")] : token("--c-0");
}

function ofChosen(layer) {
  const chosen = layer === subject() && layer.classes.find((each) => each.code === view.chosen);
  return chosen ? ["in", classed(layer), ["literal", saidOf(chosen)]] : null;
}

export function sourcesOf(layer) {
  if (layer.rows) return [{ id: layer.slug, source: { type: "geojson", data: layer.rows } }];
  return layer.tiles.map((tiles, at) => ({
    id: `${layer.slug}-tiles-${at}`,
    within: tiles.layer,
    source: { type: "vector", url: `pmtiles://${hrefOf(tiles.url)}` },
  }));
}

function addClasses(layer, id, from) {
  const type = layer.form === "areas" ? "fill" : "circle";
  const key = `${id}:rows`;
  view.map.addLayer({ id: key, type, ...from, paint: { [`${type}-color`]: colours(layer) } });
  layer.drawn.push({ key, type });
  if (layer.form !== "areas") return;
  view.map.addLayer({ id: `${id}:edges`, type: "line", ...from });
  view.map.addLayer({ id: `${id}:picked`, type: "line", ...from, filter: ["boolean", false] });
}

function addMarks(layer, id, from) {
  const key = `${id}:marks`;
  const layout = { "icon-image": `mark-${layer.tone}`, "icon-allow-overlap": true, "icon-ignore-placement": true };
  layout["icon-size"] = ["interpolate", ["linear"], ["zoom"], 12, 0.3, 15, 0.6, 17, 1];
  view.map.addLayer({ id: key, type: "symbol", ...from, layout });
  layer.drawn.push({ key, type: "symbol" });
}

function add(layer) {
  layer.drawn = [];
  for (const tiles of layer.tiles) known(tiles);
  for (const { id, within, source } of sourcesOf(layer)) {
    view.map.addSource(id, source);
    const from = within ? { source: id, "source-layer": within } : { source: id };
    (layer.mark ? addMarks : addClasses)(layer, id, from);
  }
}

function remove(layer) {
  for (const { id } of sourcesOf(layer)) {
    for (const each of view.map.getStyle().layers) if (each.source === id) view.map.removeLayer(each.id);
    if (view.map.getSource(id)) view.map.removeSource(id);
  }
}

// The same rows drawn the same way need not be fetched or drawn anew.
const signed = ({ slug, form, tiles, rows, classes, mark }) => JSON.stringify({ slug, form, tiles, rows, classes, mark });

export function draw(document_) {
  const had = new Map(every().map((layer) => [signed(layer), layer]));
  const next = [...document_.layers, ...document_.over];
  const kept = new Set(next.map(signed).filter((each) => had.has(each)));
  for (const [name, layer] of had) if (!kept.has(name)) remove(layer);
  view.shown = document_;
  for (const layer of next) {
    const before = had.get(signed(layer));
    if (before) layer.drawn = before.drawn;
    else add(layer);
  }
  // What is newly added lies on top: each in its turn goes there.
  for (const layer of next)
    for (const { id } of sourcesOf(layer))
      for (const each of view.map.getStyle().layers) if (each.source === id) view.map.moveLayer(each.id);
  for (const each of view.map.getStyle().layers) if (each.source === "measured") view.map.moveLayer(each.id);
  paint();
}

function picture(mark, tone) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = (MARK + 4) * SHARP;
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  pen.translate(2, 2);
  const outline = new Path2D(mark);
  pen.lineJoin = "round";
  pen.lineWidth = 3;
  pen.strokeStyle = token("--paper");
  pen.stroke(outline);
  pen.fillStyle = token(`--c-${tone}`);
  pen.fill(outline);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function paintLayer(layer) {
  const { map } = view;
  const isGround = layer !== subject();
  for (const { key, type } of layer.drawn) {
    map.setPaintProperty(key, `${type}-color`, colours(layer));
    if (type === "fill") map.setPaintProperty(key, "fill-opacity", ((isGround ? 0.45 : 1) * view.strength) / 100);
    else {
      map.setPaintProperty(key, "circle-radius", 7);
      map.setPaintProperty(key, "circle-stroke-width", 1.5);
      map.setPaintProperty(key, "circle-stroke-color", token("--ink"));
    }
    map.setFilter(key, ofChosen(layer));
  }
  for (const { id } of layer.form === "areas" ? sourcesOf(layer) : []) {
    map.setPaintProperty(`${id}:edges`, "line-color", token("--c-0e"));
    map.setPaintProperty(`${id}:edges`, "line-width", ["interpolate", ["linear"], ["zoom"], 12, 0.2, 16, 1]);
    map.setPaintProperty(`${id}:picked`, "line-color", token("--ink"));
    map.setPaintProperty(`${id}:picked`, "line-width", 4);
  }
}

export function paint() {
  const { map, shown } = view;
  forgetTokens();
  map.setPaintProperty("paper", "background-color", token("--tint"));
  for (const { id, type, source } of map.getStyle().layers) {
    if (source !== "base" || type === "raster") continue;
    map.setPaintProperty(id, `${type}-color`, token(type === "fill" ? "--z-6" : "--c-0e"));
    map.setPaintProperty(id, `${type}-opacity`, 0.6);
  }
  for (const layer of shown.layers) paintLayer(layer);
  for (const { mark, tone } of shown.over) {
    const name = `mark-${tone}`;
    if (map.hasImage(name)) map.removeImage(name);
    map.addImage(name, picture(mark, tone), { pixelRatio: SHARP });
  }
  for (const { id, type, source } of map.getStyle().layers) {
    if (source !== "measured") continue;
    map.setPaintProperty(id, `${type}-color`, token(type === "fill" ? "--saffron" : "--ink"));
    if (type === "circle") map.setPaintProperty(id, "circle-color", token("--saffron"));
    if (type === "circle") map.setPaintProperty(id, "circle-stroke-color", token("--ink"));
  }
}

// The outline of the row whose card is open.
export function markPicked() {
  if (!view.map) return; // the drawn map has an outline of its own
  for (const layer of view.shown.layers)
    for (const { id } of layer.form === "areas" ? sourcesOf(layer) : []) {
      const properties = view.picked?.layer === layer ? view.picked.properties : null;
      const names = layer.key.length ? layer.key : ["_key"];
      const filter = properties
        ? ["all", ...names.map((name) => ["==", ["to-string", ["get", name]], String(properties[name])])]
        : ["boolean", false];
      if (view.map.getLayer(`${id}:picked`)) view.map.setFilter(`${id}:picked`, filter);
    }
}

export function rowsAt(point, layer) {
  const layers = drawnKeys(layer);
  const near = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
  return layers.length ? view.map.queryRenderedFeatures(layer.form === "points" ? near : point, { layers }) : [];
}
