// The drawn map under a hand: it is moved, brought nearer and pressed from the moment it is there, so that nobody has
// to wait for the library; the map that moves takes over what is in sight then. Where that never comes, this stays.

import { drawnAt } from "./address.js";
import { closeCard, openCard, takeCard } from "./card.js";
import { layersOf } from "./documents.js";
import { figure, fetched, files, isPlainPress, numbers, pageOf, takeAround } from "./page.js";
import { at, inSight, move, outlined, takePicture, zoom } from "./sheet.js";

const SLACK = 6; // pixels that a finger may move in a press
const PAUSE = 350; // milliseconds without a move, after which the part in sight is drawn anew
const DOUBLE = 2; // a press made twice brings nearer by this
const LINE = 500; // units of a wheel that bring nearer by e

let stop, later, turn;
const pointers = new Map();
let wasMoved = false;
let isFetching = false;

const isHeld = () => pointers.size > 0;

// Where the reader may be in the middle of a move, the other map takes over after it.
export const released = () =>
  new Promise((resolve) => {
    const look = () => (isHeld() ? setTimeout(look, 50) : resolve());
    look();
  });

// What is in sight becomes the window of the figure: whatever comes next, the library or another drawing, shows that.
function keep() {
  figure.dataset.window = inSight().join(",");
  figure.dataset.stepped = "yes";
  clearTimeout(later);
  later = setTimeout(() => redraw().catch(() => {}), PAUSE);
}

// The same part, drawn by the server as near as that is: single parcels, their streets, a list of what is in sight.
async function redraw() {
  if (isHeld() || isFetching) return;
  const sight = inSight();
  const href = drawnAt(sight);
  if (href === location.pathname + location.search) return;
  isFetching = true;
  try {
    const next = await pageOf(href);
    if (stop.signal.aborted) return;
    const moved = inSight();
    takeAround(next, true);
    const corners = numbers(figure.dataset.window);
    figure.dataset.window = moved.join(",");
    history.replaceState(history.state, "", href);
    takePicture(corners, moved);
    hold();
    if (moved.join() !== sight.join()) keep();
  } finally {
    isFetching = false;
  }
}

const between = ([first, other]) => ({ clientX: (first.clientX + other.clientX) / 2, clientY: (first.clientY + other.clientY) / 2 });
const apart = ([first, other]) => Math.hypot(first.clientX - other.clientX, first.clientY - other.clientY);

function down(event) {
  if (event.button || !isPlainPress(event)) return;
  if (!pointers.size) wasMoved = false;
  pointers.set(event.pointerId, { clientX: event.clientX, clientY: event.clientY, from: event });
}

function drag(event) {
  const had = pointers.get(event.pointerId);
  if (!had) return;
  if (!wasMoved && Math.hypot(event.clientX - had.from.clientX, event.clientY - had.from.clientY) < SLACK) return;
  if (!wasMoved) event.currentTarget.setPointerCapture(event.pointerId);
  wasMoved = true;
  const before = [...pointers.values()];
  const now = before.map((each) => (each === had ? { ...had, clientX: event.clientX, clientY: event.clientY } : each));
  if (now.length === 2) zoom(apart(now) / Math.max(1, apart(before)), between(now));
  const [from, to] = now.length === 2 ? [between(before), between(now)] : [had, event];
  move(to.clientX - from.clientX, to.clientY - from.clientY);
  pointers.set(event.pointerId, now[before.indexOf(had)]);
}

function up(event) {
  if (pointers.delete(event.pointerId) && wasMoved) keep();
}

function wheel(event) {
  event.preventDefault();
  zoom(Math.exp(-Math.sign(event.deltaY) * Math.min(LINE / 4, Math.abs(event.deltaY)) / LINE), event);
  keep();
}

// What lies where it was pressed. Of a day past, or under points that are not drawn one by one, a press leads nearer.
async function open({ longitude, latitude }) {
  const mine = (turn = Symbol("press"));
  const [document_, answer] = await Promise.all([
    layersOf(figure.dataset.map),
    fetched(`${files.at}?lat=${latitude.toFixed(7)}&lng=${longitude.toFixed(7)}`),
  ]);
  const met = answer.ok ? (await answer.json()).features[0] : null;
  const layer = document_?.layers.find((each) => each.form === "areas");
  if (mine !== turn || stop.signal.aborted) return true;
  if (!met || !layer) return false;
  outlined(met.geometry);
  openCard(layer, met.properties, false);
  return true;
}

const isOfLand = () => {
  const asked = new URL(figure.dataset.page, location.href).searchParams;
  return !asked.has("_as_of") && !figure.querySelector(":scope > svg .tile:not(.over), :scope > svg a circle");
};

function press(event) {
  if (wasMoved) {
    event.preventDefault();
    event.stopPropagation();
    wasMoved = false;
    return;
  }
  const link = event.target.closest("a");
  // A key on a link has no place, and a mark is no land: these are links as they stand.
  if (!event.detail || !isPlainPress(event) || link?.querySelector(".tag-mark") || !isOfLand()) return;
  event.preventDefault();
  event.stopPropagation();
  const leave = () => (link ? location.assign(link.getAttribute("href")) : closeDrawn());
  open(at(event)).then((isMet) => isMet || leave(), leave);
}

function nearer(event) {
  event.preventDefault();
  zoom(DOUBLE, event);
  keep();
}

function closeDrawn() {
  outlined(null);
  closeCard();
}

function hold() {
  const svg = figure.querySelector(":scope > svg");
  const { signal } = stop;
  const acts = { pointerdown: down, pointermove: drag, pointerup: up, pointercancel: up, click: press, dblclick: nearer };
  for (const [name, act] of Object.entries(acts)) svg.addEventListener(name, act, { signal });
  svg.addEventListener("wheel", wheel, { signal, passive: false });
  svg.addEventListener("dragstart", (event) => event.preventDefault(), { signal });
}

export function takeGestures() {
  if (!figure.querySelector(":scope > svg")) return;
  stop = new AbortController();
  const { signal } = stop;
  const take = () => {
    takePicture(numbers(figure.dataset.window));
    hold();
  };
  take();
  takeCard(closeDrawn, signal);
  figure.addEventListener("drawn", take, { signal });
  figure.dataset.hand = "yes";
}

export function leaveGestures() {
  clearTimeout(later);
  stop?.abort();
  delete figure.dataset.hand;
}
