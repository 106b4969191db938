// On paper: light, as wide as a sheet of A4, the same part of the city with the scale of that size.

import { paint } from "./layers.js";
import { names, scale } from "./lettering.js";
import { figure } from "./page.js";
import { view } from "./view.js";

const root = document.documentElement;
let before;

export function toPaper() {
  const { map, parts } = view;
  const { clientWidth, clientHeight } = map.getContainer();
  before = { scheme: root.dataset.scheme, bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
  root.dataset.scheme = "light";
  figure.classList.add("on-paper");
  parts.map.style.aspectRatio = `${clientWidth} / ${clientHeight}`;
  map.resize();
  map.fitBounds(before.bounds, { animate: false });
  paint();
  map.redraw();
  names();
  scale();
}

export function fromPaper() {
  const { map, parts } = view;
  figure.classList.remove("on-paper");
  if (before.scheme) root.dataset.scheme = before.scheme;
  else delete root.dataset.scheme;
  parts.map.style.aspectRatio = "";
  map.resize();
  map.jumpTo(before);
  paint();
  names();
  scale();
}
