// Small behaviours on pages that work without them: menus that close, a filter that screen readers hear as open.
"use strict";

const menus = () => document.querySelectorAll("details.menu[open]");

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

// On wide screens the stylesheet shows the filter; say so to assistive technology too.
const wide = window.matchMedia("(min-width: 64rem)");
const show = () => {
  for (const filter of document.querySelectorAll("details.fil-m")) filter.open = wide.matches;
};
wide.addEventListener("change", show);
show();

// An empty field asks nothing: leave it out of the address.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[method=get]")) return;
  for (const field of event.target.elements) if (field.name && field.value === "") field.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[method=get] [name]:disabled")) field.disabled = false;
});
