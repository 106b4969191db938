// Places while a reader types: a box with a list of choices, of the answers that the search itself would give.

import { fetched, files, filled, newElement, words } from "./page.js";

const FEWEST_LETTERS = 2;
const PAUSE = 180; // milliseconds without a key, so that not every letter is asked for
const LIST = "place-list";

export async function placesOf(text) {
  const url = new URL(files.places, location.href);
  url.searchParams.set("q", text);
  const answer = await fetched(url);
  if (!answer.ok) throw new Error("no answer");
  return (await answer.json()).places;
}

function choice(place, at) {
  const item = newElement("li", "", { id: `${LIST}-${at}`, role: "option", "aria-selected": "false" });
  item.append(newElement("bdi", place.words), newElement("span", place.sort, { class: "small muted" }));
  return item;
}

// `open` is called with the place that was chosen.
export function suggest(form, open) {
  const input = form.elements.q;
  const list = newElement("ul", "", { id: LIST, role: "listbox", class: "place-list", "aria-label": input.labels[0].textContent });
  const said = newElement("span", "", { class: "vh", role: "status" });
  let places = [];
  let active = -1;
  let pause = 0;

  function mark(at) {
    active = at;
    for (const [place, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(place === at));
    if (at < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(pause);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function choose(place) {
    input.value = place.words;
    close();
    open(place);
  }

  async function ask() {
    const text = input.value.trim();
    if (text.length < FEWEST_LETTERS) return close();
    // Whatever goes wrong with what is only offered is no matter of the reader's: the button still searches.
    const met = await placesOf(text).catch(() => []);
    if (input.value.trim() !== text || document.activeElement !== input) return;
    places = met;
    list.replaceChildren(...places.map(choice));
    if (!places.length) return close();
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(-1);
    said.textContent = filled("offered", places.length);
  }

  const keys = {
    ArrowDown: () => mark(active + 1 < places.length ? active + 1 : 0),
    ArrowUp: () => mark(active > 0 ? active - 1 : places.length - 1),
    Escape: close,
    Enter: () => choose(places[active]),
  };

  input.after(list, said);
  list.hidden = true;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": LIST }))
    input.setAttribute(name, value);
  close();
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden && !event.isComposing) {
      event.preventDefault();
      clearTimeout(pause);
      ask().then(() => list.hidden || mark(0));
    }
    if (event.isComposing || list.hidden || !keys[event.key] || (event.key === "Enter" && active < 0)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  // A press must not take the focus away before it is a choice.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const at = [...list.children].indexOf(target.closest("li"));
    if (at >= 0) choose(places[at]);
  });
}
