// Measuring between corners that are pressed on the map, or taken from its middle by keys.

import { keepAddress, read } from "./address.js";
import { closeCard } from "./card.js";
import { areaOf, isCrossed, lengthOf } from "./lengths.js";
import { paint } from "./layers.js";
import { figure, filled, number, words } from "./page.js";
import { say, view } from "./view.js";

const MOST_CORNERS = 60;
const SOURCE = "measured";
const HECTARE = 10_000;

export const isMeasuring = () => !view.parts.measure.hidden;

const rounded = (value) => number(value, value < 100 ? 1 : 0);
const inUnits = (metres) => (metres < 1000 ? filled("metres", rounded(metres)) : filled("kilometres", metres / 1000));
const toldArea = (metres) =>
  metres < HECTARE ? filled("squares", rounded(metres)) : filled("hectares", metres / HECTARE);

function shapes() {
  const { corners } = view;
  const feature = (type, coordinates) => ({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  const features = corners.map((corner) => feature("Point", corner));
  if (corners.length > 1) features.push(feature("LineString", corners));
  if (corners.length > 2 && !isCrossed(corners)) features.push(feature("Polygon", [[...corners, corners[0]]]));
  return { type: "FeatureCollection", features };
}

function addSource() {
  const { map } = view;
  if (map.getSource(SOURCE)) return;
  map.addSource(SOURCE, { type: "geojson", data: shapes() });
  const of = (type) => ["==", ["geometry-type"], type];
  map.addLayer({ id: "measured:area", type: "fill", source: SOURCE, filter: of("Polygon"), paint: { "fill-opacity": 0.25 } });
  map.addLayer({ id: "measured:line", type: "line", source: SOURCE, filter: ["!", of("Point")], paint: { "line-width": 2.5, "line-dasharray": [2, 1] } });
  map.addLayer({ id: "measured:corners", type: "circle", source: SOURCE, filter: of("Point"), paint: { "circle-radius": 5, "circle-stroke-width": 2 } });
  paint();
}

function show(isSaid = true) {
  const { corners, map, parts } = view;
  map.getSource(SOURCE)?.setData(shapes());
  const area = corners.length < 3 ? words.three : isCrossed(corners) ? words.crossed : toldArea(areaOf(corners));
  const length = inUnits(lengthOf(corners));
  parts.measure.querySelector("[data-length]").textContent = length;
  parts.measure.querySelector("[data-area]").textContent = area;
  if (isSaid) say(corners.length > 2 ? `${length} · ${area}` : length);
  keepAddress();
}

export function addCorner({ lng, lat }) {
  if (view.corners.length >= MOST_CORNERS) return say(filled("corners", MOST_CORNERS));
  view.corners.push([Number(lng.toFixed(5)), Number(lat.toFixed(5))]);
  return show();
}

export function measure(isOn, isFirst = false) {
  const { map, parts } = view;
  parts.measure.hidden = !isOn;
  parts.map.classList.toggle("measuring", isOn);
  parts.bar.querySelector("[data-do=measure]").setAttribute("aria-pressed", String(isOn));
  if (isOn) {
    closeCard(false);
    addSource();
    map.doubleClickZoom.disable();
  } else {
    view.corners = [];
    map.doubleClickZoom.enable();
  }
  show(false);
  if (isOn && !isFirst) map.getCanvas().focus({ preventScroll: true });
  if (!isOn) say("");
}

export function takeMeasuring() {
  const acts = {
    middle: () => addCorner(view.map.getCenter()),
    back: () => (view.corners.pop(), show()),
    clear: () => ((view.corners = []), show()),
    end: () => {
      measure(false);
      view.parts.bar.querySelector("[data-do=measure]").focus();
    },
  };
  view.parts.measure.addEventListener("click", ({ target }) => acts[target.closest("[data-measure]")?.dataset.measure]?.());
  view.corners = read(figure.dataset.measured);
  if (view.corners.length) measure(true, true);
}
