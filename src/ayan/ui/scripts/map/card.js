// The card of what was pressed or searched for.

import { figure, isolated, newElement, number, still, template, words } from "./page.js";
import { markPicked, rowsAt } from "./layers.js";
import { addressOf, titleOf } from "./rows.js";
import { every, say, view } from "./view.js";

const isLive = () => figure.dataset.live === "yes";

// Of the drawn map: on it, until the other takes the card over.
export function takeCard(close, signal) {
  view.parts.card ??= template.content.querySelector(".live-card").cloneNode(true);
  const { card } = view.parts;
  card.dataset.page ??= card.querySelector("a").textContent;
  card.querySelector("button").addEventListener("click", close, { signal });
  document.addEventListener("keydown", (event) => event.key === "Escape" && close(), { signal });
}

function placeCard() {
  const { card } = view.parts;
  if (isLive()) return;
  const svg = figure.querySelector(":scope > svg");
  if (card.previousElementSibling !== svg) svg.after(card);
  const down = svg.getBoundingClientRect().top - figure.getBoundingClientRect().top;
  card.style.setProperty("--drawn-top", `${Math.round(down)}px`);
}

export function closeCard(keepFocus = true) {
  const { card } = view.parts;
  if (!card || card.hidden) return;
  const within = card.contains(document.activeElement);
  card.hidden = true;
  view.picked = null;
  markPicked();
  if (within && keepFocus) (isLive() ? view.map.getCanvas() : figure.querySelector(".map-ways a"))?.focus();
}

function show(heading, of, lines, href, text, takeFocus) {
  const { card } = view.parts;
  card.querySelector("h2").replaceChildren(heading);
  card.querySelector(".live-of").textContent = of;
  card.querySelector("dl").replaceChildren(
    ...lines.map(([label, value]) => {
      const row = newElement("div");
      row.append(newElement("dt", label), newElement("dd", value));
      return row;
    }),
  );
  card.querySelector("dl").hidden = !lines.length;
  const link = card.querySelector("a");
  link.href = href;
  link.textContent = text;
  card.hidden = false;
  placeCard();
  markPicked();
  card.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  if (takeFocus) link.focus({ preventScroll: true });
  else say(isolated(heading.textContent));
}

export function openCard(layer, properties, takeFocus) {
  view.picked = { layer, properties };
  const isArea = layer.form === "areas";
  const filled = layer.fields.filter(({ name }) => properties[name] !== undefined && properties[name] !== null);
  const lines = filled.map(({ name, label, unit, codes }) => {
    const value = properties[name];
    const text = codes[value] ?? (Number.isFinite(Number(value)) ? number(Number(value)) : String(value));
    return [label, unit ? `${text} ${unit}` : text];
  });
  const heading = newElement("bdi", titleOf(layer, properties), isArea ? { class: "code", dir: "ltr" } : {});
  const text = isArea ? words.may : view.parts.card.dataset.page;
  show(heading, layer.title, lines, addressOf(layer, properties), text, takeFocus);
}

// A place that is no row of a layer: a street, a district.
export function openPlace(place, takeFocus) {
  view.picked = null;
  show(newElement("bdi", place.words), place.sort, [], place.page, words.place, takeFocus);
}

export function pick(point, takeFocus) {
  for (const layer of every().reverse()) {
    const met = rowsAt(point, layer);
    if (met.length) return openCard(layer, met[0].properties, takeFocus);
  }
  return closeCard();
}
