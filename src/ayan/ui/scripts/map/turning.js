// Another layer, another day, other points over it: the same page of the server, of which the parts around are taken.

import { closeCard } from "./card.js";
import { draw } from "./layers.js";
import { fetched, figure, pageOf, takeAround } from "./page.js";
import { settle } from "./settling.js";
import { hold } from "./tiles.js";
import { say, view, whenDrawn } from "./view.js";

export const isDrawable = ({ layers, over = [] }) => [...layers, ...over].every((each) => each.rows || each.tiles.length);

async function turn(href) {
  figure.dataset.settled = "";
  const next = await pageOf(href);
  const answer = await fetched(next.other.dataset.map);
  if (!answer.ok) throw new Error("no layer there");
  const document_ = await answer.json();
  if (!isDrawable(document_)) throw new Error("only the drawing there");
  if (view.isPrivate) await hold(document_);
  takeAround(next);
  view.chosen = next.other.dataset.chosen;
  days();
  history.pushState({ live: true }, "", view.isPrivate ? figure.dataset.page : href);
  closeCard(false);
  draw(document_);
  whenDrawn(() => {
    settle();
    say(document.querySelector("#list h2").textContent);
  });
}

// What cannot be put in place is opened as any link is.
export const go = (href) => turn(href).catch(() => location.assign(href));

export function days() {
  const { time } = view.parts;
  const links = [...document.querySelectorAll("#days a")].reverse();
  time.hidden = links.length < 2;
  if (links.length < 2) return;
  const range = time.querySelector("input");
  range.max = links.length - 1;
  range.value = links.findIndex((link) => link.getAttribute("aria-current"));
  const sayDay = () => {
    const text = links[range.value].textContent;
    time.querySelector("output").textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  range.oninput = sayDay;
  range.onchange = () => go(links[range.value].href);
  sayDay();
}
