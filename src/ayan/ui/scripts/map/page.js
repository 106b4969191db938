// The page that the map stands in: its figure, the words it is told in, and small helpers for elements and numbers.

// The script runs as soon as it is there, which may be before the page is.
export const files = document.querySelector("script[data-library]").dataset;
export let figure, template;
export const language = document.documentElement.lang;
export const still = matchMedia("(prefers-reduced-motion: reduce)");

export const number = (value, most = 2) => new Intl.NumberFormat(language, { maximumFractionDigits: most }).format(value);
export const numbers = (text) => text.split(",").map(Number);
export const town = () => numbers(figure.dataset.town);

// Colours as the page has them now, each looked up once until it is told that they have changed.
let tokens = {};
export const token = (name) => (tokens[name] ??= getComputedStyle(figure).getPropertyValue(name).trim());
export const forgetTokens = () => (tokens = {});

export function newElement(name, text = "", attributes = {}) {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export const words = {};

// Whether there is a map on the page.
export function readPage() {
  figure = document.querySelector("figure[data-map]");
  template = document.getElementById("live-map");
  for (const each of template?.content.querySelectorAll("[data-word]") ?? []) words[each.dataset.word] = each.textContent;
  return Boolean(figure && template);
}

export const filled = (word, n) => words[word].replace("{n}", typeof n === "string" ? n : number(n));

// A code or a name within a sentence of either direction.
export const isolated = (text) => `\u2068${text}\u2069`;

// Of a press that a link takes in another way (a new window, a copy) the browser knows more.
export const isPlainPress = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);

// What stands around the map and comes from the server: taken over from the page of another address.
const AROUND = [".themes", "#over", "#days"];
const OF_DRAWING = [":scope > svg", ":scope > .map-ways"];

// What the server has not answered by then is taken for lost: nobody may wait for it in silence.
const LONGEST_ANSWER = 30_000; // milliseconds

export const fetched = (href) => fetch(href, { signal: AbortSignal.timeout(LONGEST_ANSWER) });

export async function pageOf(href) {
  const answer = await fetched(href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const other = page.querySelector("figure[data-map]");
  if (!answer.ok || !other) throw new Error("no map there");
  return { page, other };
}

export function takeAround({ page, other }, withDrawing = false) {
  const had = document.activeElement;
  const link = had?.getAttribute?.("href");
  const over = had?.dataset?.over;
  const isOpen = document.querySelector("#over")?.open;
  for (const name of AROUND) document.querySelector(name)?.replaceWith(page.querySelector(name) ?? "");
  const details = document.querySelector("#over");
  if (details && isOpen) details.open = true;
  for (const name of [...(withDrawing ? OF_DRAWING : []), ":scope > figcaption"]) {
    const next = other.querySelector(name);
    if (next) figure.querySelector(name)?.replaceWith(next);
  }
  // The code of a frame is of the very figures that are shown.
  document.querySelector("#list > .behind")?.remove();
  const behind = page.querySelector("#list > .behind");
  if (behind && !withDrawing) document.getElementById("list").append(behind);
  if (withDrawing) document.getElementById("list").replaceWith(page.getElementById("list"));
  for (const name of ["map", "page", "window", "chosen"]) figure.dataset[name] = other.dataset[name];
  const again = over ? `#over a[data-over="${CSS.escape(over)}"]` : link ? `a[href="${CSS.escape(link)}"]` : "";
  if (again && !had.isConnected) document.querySelector(again)?.focus();
}
