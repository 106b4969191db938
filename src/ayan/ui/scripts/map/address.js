// Where the map looks and what it shows, as addresses of the drawn map write it.

import { figure, town } from "./page.js";
import { view } from "./view.js";

const MOST_LEVELS = 9;

// The window of a level of the drawn map that is nearest to corners in degrees, and its own corners.
function windowOf(corners, level) {
  const [west, south, east, north] = town();
  const last = 2 ** (level + 1) - 2;
  const [lng, lat] = [(corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2];
  const kept = (value) => Math.max(0, Math.min(last, Math.round(value)));
  const share = 2 ** (level + 1);
  const column = kept(((lng - west) / (east - west)) * share - 1);
  const line = kept(((north - lat) / (north - south)) * share - 1);
  const [wide, high] = [(east - west) / share, (north - south) / share];
  const box = [west + column * wide, north - (line + 2) * high, west + (column + 2) * wide, north - line * high];
  return { text: level ? `${level}-${column}-${line}` : "", box };
}

function levelOf(corners) {
  const across = (town()[2] - town()[0]) / (corners[2] - corners[0]);
  return Math.max(0, Math.min(MOST_LEVELS - 1, Math.round(Math.log2(across))));
}

// The nearest one in which all of it that lies in the city is seen.
function around(corners) {
  const [west, south, east, north] = town();
  const wanted = [
    Math.max(west, corners[0]), Math.max(south, corners[1]), Math.min(east, corners[2]), Math.min(north, corners[3]),
  ];
  for (let level = levelOf(corners); level > 0; level--) {
    const { text, box } = windowOf(corners, level);
    if (box[0] <= wanted[0] && box[1] <= wanted[1] && box[2] >= wanted[2] && box[3] >= wanted[3]) return text;
  }
  return "";
}

export function place() {
  const corners = view.map.getBounds().toArray().flat();
  return windowOf(corners, levelOf(corners)).text;
}

export const written = (corners) => corners.map((at) => at.map((degree) => degree.toFixed(5)).join(",")).join(";");
export const read = (text) => (text ? text.split(";").map((at) => at.split(",").map(Number)) : []);

// The drawn map of what lies between corners, with all else as the figure has it.
export function drawnAt(corners) {
  const url = new URL(figure.dataset.page, location.href);
  const at = around(corners);
  if (at) url.searchParams.set("at", at);
  else url.searchParams.delete("at");
  return url.pathname + url.search.replace(/%2C/g, ",").replace(/%3B/g, ";");
}

export function address() {
  const url = new URL(figure.dataset.page, location.href);
  const said = {
    at: view.isPrivate ? "" : place(),
    class: view.chosen,
    fill: view.strength === 100 ? "" : String(view.strength),
    measure: view.isPrivate ? "" : written(view.corners),
  };
  for (const [name, value] of Object.entries(said)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.pathname + url.search.replace(/%2C/g, ",").replace(/%3B/g, ";");
}

export function keepAddress() {
  if (!view.isPrivate) history.replaceState(history.state, "", address());
}
