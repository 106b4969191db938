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

// --- two keys: / goes to the search, ? lists the keys; the reader may switch both off (WCAG 2.1.4)

const SWITCH = "keys-off";
const kept = () => {
  try {
    return localStorage.getItem(SWITCH) !== null;
  } catch {
    return false; // a browser that keeps nothing for us
  }
};
let keysOff = kept();

document.addEventListener("change", ({ target }) => {
  if (target.id !== SWITCH) return;
  keysOff = target.checked;
  try {
    if (keysOff) localStorage.setItem(SWITCH, "1");
    else localStorage.removeItem(SWITCH);
  } catch {
    // It holds until the page is left.
  }
});

async function listKeys() {
  const link = document.querySelector("a[data-keys]");
  const keys = document.getElementById("keys");
  if (keys || !link) return (keys?.closest("dialog") ?? keys)?.focus();
  try {
    const text = await (await fetch(link.href)).text();
    const part = new DOMParser().parseFromString(text, "text/html").getElementById("keys");
    const dialog = document.createElement("dialog");
    dialog.setAttribute("aria-labelledby", "h-keys");
    dialog.append(part);
    part.querySelector("[data-close]").hidden = false;
    document.body.append(dialog);
    begin(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.showModal();
  } catch {
    window.location.assign(link.href + "#keys");
  }
}

document.addEventListener("keydown", (event) => {
  if (keysOff || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog")) return;
  const box = document.getElementById("find");
  if (event.key === "/" && box) box.select();
  else if (event.key === "?" || event.key === "؟") listKeys();
  else return;
  event.preventDefault();
});

document.addEventListener("click", ({ target }) => target.closest("[data-close]")?.closest("dialog").close());

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

// --- htmx comes with the first touch of what it serves; a link followed before it is here is followed as any link is

const TOUCHES = ["pointerover", "focusin", "change"];
let late = null; // the field that changed before htmx was here to see it

function fetchHtmx() {
  const from = document.querySelector("meta[name=htmx-config]")?.dataset;
  if (!from?.src) return;
  const script = document.createElement("script");
  script.src = from.src;
  delete from.src;
  script.addEventListener("load", () => {
    for (const touch of TOUCHES) document.removeEventListener(touch, touched);
    // htmx begins in a task of its own, which stands before this one.
    setTimeout(() => late?.dispatchEvent(new Event("change", { bubbles: true })));
  });
  document.head.append(script);
}

function touched({ type, target }) {
  if (!target.closest?.("[data-hx-get]") && !target.form?.dataset.hxGet) return;
  if (type === "change") late = target;
  fetchHtmx();
}

for (const touch of TOUCHES) document.addEventListener(touch, touched);

// Come back from another page to answers that were put in place: the ones before and after are htmx's to bring.
if (history.state?.htmx) fetchHtmx();
window.addEventListener("popstate", ({ state }) => {
  if (state?.htmx && !window.htmx) window.location.reload();
});

// --- an answer put in place: title, announcement, and a focus that is not lost

const result = () => document.getElementById("res");
const busy = (on) => result()?.setAttribute("aria-busy", on);

document.addEventListener("htmx:before:request", () => busy("true"));
document.addEventListener("htmx:finally:request", () => busy("false"));

document.addEventListener("htmx:finally:swap", () => {
  const shown = result();
  if (!shown) return;
  if (shown.dataset.title) document.title = shown.dataset.title;
  const said = document.getElementById("said");
  if (said && shown.dataset.said) said.textContent = shown.dataset.said;
  // A link within the result is gone with it: go on from the result's heading.
  if (document.activeElement === document.body) shown.querySelector("[tabindex='-1']")?.focus();
  begin(shown);
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
  for (const line of all(".keys-switch", root)) {
    line.hidden = false;
    line.querySelector("input").checked = keysOff;
  }
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
  if (event.target.form?.matches("[data-guard]")) unsent = true;
});
document.addEventListener("submit", () => (unsent = false));
window.addEventListener("beforeunload", (event) => {
  if (unsent) event.preventDefault();
});

show();
begin(document);
