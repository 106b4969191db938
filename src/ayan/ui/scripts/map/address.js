// Where the map looks and what it shows, as addresses of the drawn map write it.

import { figure, town } from "./page.js";
import { view } from "./view.js";

const MOST_LEVELS = 9;

export function place() {
  const [west, south, east, north] = town();
  const bounds = view.map.getBounds();
  const across = (east - west) / (bounds.getEast() - bounds.getWest());
  const level = Math.max(0, Math.min(MOST_LEVELS - 1, Math.round(Math.log2(across))));
  const last = 2 ** (level + 1) - 2;
  const { lng, lat } = view.map.getCenter();
  const kept = (value) => Math.max(0, Math.min(last, Math.round(value)));
  const share = 2 ** (level + 1);
  const column = kept(((lng - west) / (east - west)) * share - 1);
  const line = kept(((north - lat) / (north - south)) * share - 1);
  return level ? `${level}-${column}-${line}` : "";
}

export const written = (corners) => corners.map((at) => at.map((degree) => degree.toFixed(5)).join(",")).join(";");
export const read = (text) => (text ? text.split(";").map((at) => at.split(",").map(Number)) : []);

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
