// The map that moves, in place of the drawn one: the city's own tiles and rows, and nothing from elsewhere.
// The drawn map is of use until the other is painted; whatever that cannot do leaves the drawing where it stands.

import { address } from "./address.js";
import { layersOf } from "./documents.js";
import { leaveSteps, takeSteps } from "./drawing.js";
import { leaveGestures, released, takeGestures } from "./gestures.js";
import { addGround, removeGround } from "./ground.js";
import { draw, markPicked } from "./layers.js";
import { listen } from "./listening.js";
import { takeMeasuring } from "./measuring.js";
import { figure, files, newElement, numbers, readPage, still, template, token, words } from "./page.js";
import { takeSearch, takeSuggestions } from "./search.js";
import { settle } from "./settling.js";
import { ahead, protocol } from "./tiles.js";
import { days, isDrawable } from "./turning.js";
import { view, whenDrawn } from "./view.js";
import { endWaiting, inTime, sayDrawn } from "./waiting.js";

const PARTS = ["bar", "measure", "results", "said", "frame", "map", "card", "pale", "time", "base", "scale"];

// The map is laid out under the drawing, of the same size, and comes into sight when it is painted.
function build() {
  const copy = template.content.cloneNode(true);
  // The card may be open on the drawn map already.
  const had = view.parts.card;
  for (const name of PARTS) view.parts[name] = copy.querySelector(`.live-${name}`);
  const { card, frame } = view.parts;
  if (had) {
    view.parts.card = had;
    card.remove();
  } else card.dataset.page = card.querySelector("a").textContent; // there is no drawing of so much land
  frame.classList.add("coming");
  figure.insertBefore(frame, figure.querySelector(":scope > svg, :scope > figcaption"));
}

function reveal() {
  const had = document.activeElement?.closest?.("#land > svg, #land > .map-ways");
  const { bar, measure, results, said, frame, pale, time, base, card } = view.parts;
  frame.classList.remove("coming");
  frame.append(card);
  // On a phone the map comes first, and what one does with it after.
  const isNarrow = matchMedia("(max-width: 47.99rem)").matches;
  frame.before(...(isNarrow ? [results] : [bar, measure, results]));
  frame.after(said, ...(isNarrow ? [bar, measure] : []), base, pale, time);
  figure.classList.add("is-live");
  if (had) view.map.getCanvas().focus({ preventScroll: true });
}

function sheet(href) {
  return new Promise((resolve, reject) => {
    const link = newElement("link", "", { rel: "stylesheet", href });
    link.addEventListener("load", resolve);
    link.addEventListener("error", reject);
    document.head.prepend(link);
  });
}

const box = ([west, south, east, north]) => [[west, south], [east, north]];

function mapIn(bounds) {
  return new view.maplibre.Map({
    container: view.parts.map,
    style: {
      version: 8,
      transition: { duration: 0 },
      sources: {},
      layers: [{ id: "paper", type: "background", paint: { "background-color": token("--tint") } }],
    },
    bounds: box(bounds),
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: still.matches ? 0 : 150,
    locale: { "Map.Title": view.parts.map.dataset.title },
  });
}

// All of it at once, for each wait for the one before costs half a second on a slow line; js/map-first.js has begun.
// The worker is only put into the cache.
function fetchLibrary() {
  const { library, worker, sheet: style, first } = files;
  const cached = import(first).then((begun) => begun.cached ?? fetch(worker).then((answer) => answer.arrayBuffer()));
  return async () => {
    const [maplibre] = await Promise.all([import(library), sheet(style), cached]);
    maplibre.setWorkerUrl(worker);
    maplibre.prewarm();
    return maplibre;
  };
}

async function start(library) {
  takeSteps();
  const asked = figure.dataset.map;
  build();
  const { clientWidth, clientHeight } = view.parts.map;
  const window_ = figure.dataset.window;
  const first = layersOf(asked);
  first.then((document_) => document_ && ahead(document_, numbers(window_), clientWidth, clientHeight)).catch(() => {});
  const [, maplibre] = await Promise.all([first, library()]);
  // The reader may have gone on in the drawing meanwhile.
  const document_ = figure.dataset.map === asked ? await first : await layersOf(figure.dataset.map);
  if (isOver) throw new Error("it came too late");
  if (!document_) throw new Error("no layer there");
  if (!isDrawable(document_)) return stayDrawn();
  view.maplibre = maplibre;
  maplibre.addProtocol("pmtiles", protocol.tile);
  view.map = mapIn(numbers(figure.dataset.window));
  view.map.touchZoomRotate.disableRotation();
  view.map.keyboard.disableRotation();
  view.map.on("error", ({ error }) => {
    console.warn("A part of the map has not come:", error);
    view.isLate = true;
  });
  await view.map.once("style.load");
  return fill(document_);
}

async function fill(document_) {
  const { map } = view;
  view.chosen = figure.dataset.chosen;
  view.strength = Number(figure.dataset.strength);
  // A ground that cannot be read is no reason to show no map.
  if (document_.base) await addGround(document_.base).catch(removeGround);
  if (isOver) return;
  const drawnFor = figure.dataset.map;
  draw(document_);
  await whenDrawn();
  if (figure.dataset.map !== drawnFor) {
    draw(await layersOf(figure.dataset.map));
    view.chosen = figure.dataset.chosen;
  }
  await released();
  if (figure.dataset.stepped) {
    map.fitBounds(box(numbers(figure.dataset.window)), { animate: false });
    await whenDrawn();
  }
  if (isOver) return;
  leaveSteps();
  leaveGestures();
  endWaiting();
  reveal();
  markPicked();
  listen();
  takeSearch();
  days();
  takeMeasuring();
  figure.dataset.live = "yes";
  watchPicture();
  // The list that the server wrote is of this view; it need not stand between the reader and the map.
  (window.requestIdleCallback ?? setTimeout)(settle, { timeout: 1000 });
}

const PATIENCE = 4_000; // milliseconds in which a browser that has lost the picture may give it back
const LOST = "#lost"; // the drawing, because the map that moves was lost
let isOver = false; // whatever still comes is too late

// A browser short of memory, or whose graphics have failed, takes the picture away, and may never give it back: then
// the drawing of the same part of the city comes, with nothing left of what listened to the other.
function watchPicture() {
  let waits = 0;
  view.map.on("webglcontextlost", () => {
    waits = setTimeout(() => {
      location.replace(address() + LOST);
      location.reload();
    }, PATIENCE);
  });
  view.map.on("webglcontextrestored", () => {
    clearTimeout(waits);
    whenDrawn(settle);
  });
}

// With `data-live=no` nothing is waited for any longer.
function stayDrawn() {
  isOver = true;
  leaveSteps();
  view.map?.remove();
  view.map = null;
  for (const [name, part] of Object.entries(view.parts)) if (name !== "card") part.remove();
  endWaiting();
  figure.dataset.live = "no";
}

function giveUp(error) {
  console.warn("The drawn map stays:", error);
  stayDrawn();
  const again = newElement("button", words.again, { class: "btn quiet", type: "button" });
  again.addEventListener("click", () => location.reload());
  figure.querySelector(".map-ways").append(again);
  sayDrawn();
}

// Whoever wants the drawing, or saves data, is offered the map that moves, and nothing of it is fetched.
function offer() {
  const button = newElement("button", words.live, { class: "btn quiet", type: "button" });
  figure.querySelector(".map-ways").append(button);
  button.addEventListener("click", () => {
    button.remove();
    endWaiting();
    history.replaceState(history.state, "", location.pathname + location.search);
    begin(fetchLibrary());
  });
}

const begin = (library) => inTime(start(library)).catch(giveUp);

const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));
const isParsed = new Promise((resolve) => {
  if (document.readyState !== "loading") resolve();
  else document.addEventListener("DOMContentLoaded", resolve);
});

const library =
  ["#plain", LOST].includes(location.hash) || navigator.connection?.saveData || !canDraw() ? null : fetchLibrary();
isParsed.then(() => {
  if (!readPage()) return;
  takeSuggestions();
  takeGestures();
  if (library) begin(library);
  else if (canDraw()) {
    if (location.hash === LOST) sayDrawn();
    offer();
  }
});
