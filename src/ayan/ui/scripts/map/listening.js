// What the reader does on the map that moves: presses, keys, links around it, printing.

import { address, keepAddress } from "./address.js";
import { closeCard, pick } from "./card.js";
import { paint } from "./layers.js";
import { addCorner, isMeasuring, measure } from "./measuring.js";
import { near } from "./nearby.js";
import { figure, filled, isPlainPress, still, town, words } from "./page.js";
import { fromPaper, toPaper } from "./paper.js";
import { settle } from "./settling.js";
import { go } from "./turning.js";
import { say, view, whenDrawn } from "./view.js";

function whole() {
  const [west, south, east, north] = town();
  view.map.fitBounds([[west, south], [east, north]], { animate: !still.matches });
}

function plain(event) {
  event.preventDefault();
  location.assign(`${address()}#plain`);
  location.reload();
}

const acts = {
  nearer: () => view.map.zoomIn(),
  farther: () => view.map.zoomOut(),
  whole,
  near: () => near().catch(() => say(words.lost)),
  measure: () => measure(!isMeasuring()),
  print: () => print(),
  plain,
};

function press(event) {
  const act = acts[event.target.closest("[data-do]")?.dataset.do];
  if (!act) return;
  event.stopPropagation(); // a button that lies on the map is no press on the map
  act(event);
}

function key(event) {
  if (event.key !== "Enter") return;
  event.preventDefault();
  const { clientWidth, clientHeight } = view.map.getContainer();
  if (isMeasuring()) addCorner(view.map.getCenter());
  else pick({ x: clientWidth / 2, y: clientHeight / 2 }, true);
}

function choose(code) {
  view.chosen = code === view.chosen ? "" : code;
  paint();
  whenDrawn(() => {
    settle();
    say(document.querySelector("#list h2").textContent);
    figure.querySelector(`.legend a[data-class="${CSS.escape(code)}"]`)?.focus();
  });
}

function follow(event) {
  const link = isPlainPress(event) ? event.target.closest?.(".themes a, #over a, #days a, #land .legend a") : null;
  if (!link) return;
  event.preventDefault();
  if (link.dataset.class === undefined) go(link.href);
  else choose(link.dataset.class);
}

function takeStrength() {
  const range = view.parts.pale.querySelector("input");
  const output = view.parts.pale.querySelector("output");
  const sayStrength = () => {
    output.textContent = filled("percent", view.strength);
    range.setAttribute("aria-valuetext", output.textContent);
  };
  range.value = view.strength;
  range.addEventListener("input", () => {
    view.strength = Number(range.value);
    sayStrength();
    paint();
    keepAddress();
  });
  sayStrength();
}

export function listen() {
  const { map, parts } = view;
  parts.bar.addEventListener("click", press);
  parts.map.querySelector(".live-zoom").addEventListener("click", press);
  map.on("click", ({ point, lngLat }) => (isMeasuring() ? addCorner(lngLat) : pick(point, false)));
  map.getCanvas().addEventListener("keydown", key);
  parts.card.querySelector("button").addEventListener("click", () => closeCard());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") closeCard();
  });
  document.addEventListener("click", follow);
  takeStrength();
  window.addEventListener("popstate", () => location.reload());
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  map.on("movestart", () => (figure.dataset.settled = ""));
  for (const event of ["moveend", "resize"]) map.on(event, () => whenDrawn(settle));
}
