// The search box of the page moves the map: to a parcel with its card, to a street, to a district.

import { openCard, openPlace } from "./card.js";
import { figure, filled, isPlainPress, isolated, newElement, still, words } from "./page.js";
import { escaped, inView } from "./rows.js";
import { placesOf, suggest } from "./suggesting.js";
import { ground, say, view, whenDrawn } from "./view.js";

const CLOSEST = 18; // the level at which a parcel stands among its neighbours
const MARGIN = 40; // pixels around what was found

function show(place) {
  const layer = place.lot && ground();
  const met = layer ? inView(layer).get(escaped(place.lot)) : null;
  if (met) openCard(layer, met, true);
  else openPlace(place, true);
  say(`${place.sort} ${isolated(place.words)}`);
}

function fly(place) {
  const { map, parts } = view;
  if (!place.box) {
    say(words.unplaced);
    location.assign(place.page);
    return;
  }
  const [west, south, east, north] = place.box;
  parts.frame.scrollIntoView({ block: "nearest", behavior: still.matches ? "auto" : "smooth" });
  map.once("moveend", () => whenDrawn(() => show(place)));
  map.fitBounds([[west, south], [east, north]], { maxZoom: CLOSEST, padding: MARGIN, animate: !still.matches });
}

function offer(places) {
  const { results } = view.parts;
  results.querySelector(".live-count").textContent = filled("results", places.length);
  results.querySelector("ul").replaceChildren(
    ...places.map((place) => {
      const item = newElement("li");
      const link = newElement("a", "", { href: place.page });
      link.append(newElement("bdi", place.words));
      link.addEventListener("click", (event) => {
        if (!isPlainPress(event)) return;
        event.preventDefault();
        fly(place);
      });
      item.append(newElement("span", place.sort, { class: "small muted" }), " ", link);
      return item;
    }),
  );
  results.hidden = false;
  results.focus();
  say(filled("results", places.length));
}

async function find(text) {
  const places = await placesOf(text);
  view.parts.results.hidden = true;
  if (!places.length) return say(words.nowhere);
  return places.length === 1 ? fly(places[0]) : offer(places);
}

const forms = () => document.querySelectorAll(".place-map .place-search");

// What is chosen of the suggestions is shown on the map, and opened where there is none that moves.
export function takeSuggestions() {
  for (const form of forms())
    suggest(form, (place) => (figure.dataset.live === "yes" ? fly(place) : location.assign(place.page)));
}

export function takeSearch() {
  for (const form of forms())
    form.addEventListener("submit", (event) => {
      const text = form.elements.q.value.trim();
      if (!text) return;
      event.preventDefault();
      find(text).catch(() => form.submit());
    });
}
