// What stands beside the map: the legend and the list of what is drawn in view.

import { address } from "./address.js";
import { figure, filled, language, newElement, number, words } from "./page.js";
import { addressOf, classOf, inView, titleOf } from "./rows.js";
import { subject, view } from "./view.js";

const MOST_LISTED = 20;
const MOST_SINGLE = 320;

function entry(layer, each, count) {
  const item = newElement("li", "", { class: each.code === view.chosen ? "on" : "" });
  item.innerHTML = '<svg viewBox="0 0 14 14" aria-hidden="true"><rect x="1" y="1" width="12" height="12"/></svg> ';
  item.querySelector("rect").setAttribute("class", `lot z${each.tint}`);
  const link = newElement(each.code === null ? "span" : "a");
  const isCoded = layer.form === "areas" && !each.of;
  if (isCoded && each.code !== null) {
    link.append(newElement("bdi", each.code, { class: "code", dir: "ltr" }));
    if (each.words !== each.code) link.append(" ");
  }
  if (!isCoded || each.words !== each.code) link.append(each.words);
  if (each.code !== null) {
    const url = new URL(address(), location.href);
    if (each.code === view.chosen) url.searchParams.delete("class");
    else url.searchParams.set("class", each.code);
    link.setAttribute("href", url.pathname + url.search);
    link.dataset.class = each.code;
    if (each.code === view.chosen) link.setAttribute("aria-current", "true");
  }
  item.append(link, " ", newElement("span", number(count), { class: "muted" }));
  return item;
}

export function legend(rows) {
  const layer = subject();
  const counts = new Map();
  for (const properties of rows.values()) {
    const code = classOf(layer, properties)?.code ?? null;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  // Of figures it is told how many districts or streets a class has, not how much of their land is in view.
  if (layer.counts) {
    counts.clear();
    for (const [code, count] of Object.entries(layer.counts)) counts.set(code === "none" ? null : code, count);
  }
  const entries = [...layer.classes, { code: null, words: layer.other ?? words.other, tint: 0 }];
  const seen = entries.filter((each) => counts.get(each.code) || (view.chosen && each.code === view.chosen));
  figure.querySelector(".legend").replaceChildren(...seen.map((each) => entry(layer, each, counts.get(each.code) ?? 0)));
  for (const over of view.shown.over) {
    const item = figure.querySelector(`.legend.marks [data-over="${CSS.escape(over.slug)}"]`);
    if (!item) continue;
    item.querySelector(".muted").textContent = number(inView(over).size);
    item.querySelector(".small")?.remove(); // drawn here one by one, however many
  }
}

function line(layer, properties) {
  const item = newElement("li");
  const link = newElement("a", "", { href: addressOf(layer, properties) });
  if (layer.form === "areas") link.append(newElement("bdi", titleOf(layer, properties), { class: "code", dir: "ltr" }));
  else link.append(newElement("bdi", titleOf(layer, properties)));
  const of = classOf(layer, properties);
  item.append(link, " ", newElement("span", of?.words ?? "", { class: "small muted" }));
  return item;
}

function byDistrict(layer, rows) {
  const counts = new Map();
  for (const properties of rows.values()) {
    const code = String(properties[layer.district]);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return view.shown.names
    .filter((name) => counts.has(name.code))
    .map((each) => {
      const item = newElement("li");
      const count = newElement("span", filled("lots", counts.get(each.code)), { class: "small muted" });
      item.append(newElement("a", each.words, { href: each.page }), " ", count);
      return item;
    });
}

function figured(each) {
  const item = newElement("li");
  const link = newElement("a", "", { href: each.page });
  link.append(newElement("bdi", each.words));
  item.append(link, " ", newElement("span", each.said, { class: "small muted" }));
  return item;
}

export function list(rows) {
  const layer = subject();
  const box = document.getElementById("list");
  // Of figures all places are told, in view or not: the server's list, of the chosen class alone.
  if (layer.lines) {
    const lines = layer.lines.filter((each) => !view.chosen || each.code === view.chosen);
    const items = newElement("ul", "", { class: "cells" });
    items.append(...lines.map(figured));
    const source = newElement("p");
    source.append(newElement("a", words.source, { href: layer.source }));
    const heading = box.querySelector("h2");
    heading.textContent = layer.heading;
    box.replaceChildren(heading, items, source, ...box.querySelectorAll(":scope > .behind"));
    return;
  }
  const heading = box.querySelector("h2");
  const items = newElement("ul", "", { class: "cells" });
  const foot = [];
  heading.textContent = rows.size === 1 ? words.single : filled(rows.size ? "drawn" : "none", rows.size);
  if (rows.size > MOST_SINGLE && layer.district) {
    items.append(...byDistrict(layer, rows));
    foot.push(newElement("p", words.far, { class: "small muted" }));
  } else {
    const inOrder = (a, b) => titleOf(layer, a).localeCompare(titleOf(layer, b), language, { numeric: true });
    const sorted = [...rows.values()].sort(inOrder);
    for (const properties of sorted.slice(0, MOST_LISTED)) items.append(line(layer, properties));
    if (rows.size > MOST_LISTED) foot.push(newElement("p", words.more, { class: "small muted" }));
  }
  box.replaceChildren(heading, items, ...foot);
}
