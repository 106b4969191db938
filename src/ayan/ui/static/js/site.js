// Small behaviours on pages that work without them. Nothing here is needed to read, ask, send or fetch anything.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- menus: Escape and a click elsewhere close them

const menus = () => all("details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// --- the filter: on wide screens the stylesheet shows it; say so to assistive technology too

const wide = window.matchMedia("(min-width: 64rem)");
const show = () => {
  for (const filter of all("details.fil-m")) filter.open = wide.matches;
};
wide.addEventListener("change", show);

// --- forms that ask: an empty field asks nothing, so it is left out of the address

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[method=get]") || event.defaultPrevented) return;
  for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
});

window.addEventListener("pageshow", () => {
  for (const field of all("form[method=get] [name]:disabled")) field.disabled = false;
  // Gone back to: the address says what holds, not what was chosen on the way out.
  for (const form of all("form[method=get]")) form.reset();
});

document.addEventListener("htmx:config:request", (event) => {
  const { body } = event.detail.ctx.request;
  const kept = body ? [...body].filter(([, value]) => value !== "") : [];
  for (const name of new Set(body ? body.keys() : [])) body.delete(name);
  for (const [name, value] of kept) body.append(name, value);
});

// --- an answer put in place: title, announcement, and a focus that is not lost

const result = () => document.getElementById("res");
const busy = (on) => result()?.setAttribute("aria-busy", on);

document.addEventListener("htmx:before:request", () => busy("true"));
document.addEventListener("htmx:finally:request", () => busy("false"));

document.addEventListener("htmx:finally:swap", () => {
  const here = result();
  if (!here) return;
  if (here.dataset.title) document.title = here.dataset.title;
  const said = document.getElementById("said");
  if (said && here.dataset.said) said.textContent = here.dataset.said;
  // A link within the result is gone with it: go on from the result's heading.
  if (document.activeElement === document.body) here.querySelector("[tabindex='-1']")?.focus();
  begin(here);
});

// An address that cannot be put in place is opened as any link is.
document.addEventListener("htmx:error", (event) => {
  const { action } = event.detail.ctx?.request ?? {};
  if (action) window.location.assign(action);
});

// --- what each page, and each result put into one, begins with

// Where rows become cards, some browsers forget that the table is one. Roles remind them; valid HTML has none to spare.
const ROLES = { table: "table", thead: "rowgroup", tbody: "rowgroup", tfoot: "rowgroup", tr: "row", td: "cell" };
const roleOf = (part) => ROLES[part.localName] ?? (part.scope === "row" ? "rowheader" : "columnheader");

function begin(root) {
  for (const table of all("table.tbl, table.bud", root))
    for (const part of [table, ...all("thead, tbody, tfoot, tr, th, td", table)]) part.setAttribute("role", roleOf(part));
  for (const row of all("[data-copy-row]", root)) row.hidden = !navigator.clipboard;
  for (const figure of all("[data-focus]", root)) figure.focus();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  await navigator.clipboard.writeText(source.value ?? source.textContent);
  document.getElementById("said").textContent = button.dataset.done ?? "";
});

// --- work that is not sent yet: ask before it is left behind

let unsent = false;
document.addEventListener("input", (event) => {
  if (event.target.closest("form[data-guard]")) unsent = true;
});
document.addEventListener("submit", () => (unsent = false));
window.addEventListener("beforeunload", (event) => {
  if (unsent) event.preventDefault();
});

show();
begin(document);
