// A row: its key, its page, its name, its class; and the rows of a layer that are drawn in view.

import { view } from "./view.js";

// As `keys.key_of` joins a key and `keys.step_of` writes it into an address.
export const escaped = (text) => text.replace(/%/g, "%25").replace(/~/g, "%7E").replace(/\//g, "%2F");
export const keyOf = (layer, properties) =>
  properties._key ?? layer.key.map((name) => escaped(String(properties[name] ?? ""))).join("~");
export const addressOf = (layer, properties) => {
  const step = keyOf(layer, properties).replace(/,/g, "%2C").replace(/%2F/g, ",");
  return layer.record + encodeURIComponent(step).replace(/%2C/g, ",");
};
export const titleOf = (layer, properties) =>
  properties._title ?? (properties[layer.named] || layer.key.map((name) => properties[name]).join(" "));
// What a row says that is of a class: its code, or one of the names that the class is made of.
export const saidOf = (each) => each.of ?? [each.code];
export const classOf = (layer, properties) =>
  layer.classes.find((each) => saidOf(each).includes(String(properties[layer.classed] ?? "")));

export const drawnKeys = (layer) => (layer?.drawn ?? []).map((each) => each.key).filter((key) => view.map.getLayer(key));

export function inView(layer) {
  const layers = drawnKeys(layer);
  const met = new Map();
  if (layers.length)
    for (const { properties } of view.map.queryRenderedFeatures({ layers })) met.set(keyOf(layer, properties), properties);
  return met;
}
