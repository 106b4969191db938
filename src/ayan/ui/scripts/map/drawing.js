// Until the map moves, the drawn one answers: a step on it is put in place, and what is being fetched goes on.

import { figure, isPlainPress, pageOf, takeAround } from "./page.js";

const STEPS = "#land .map-ways a, #land > svg a, #land .legend a, .themes a, #over a, #days a";

let stop;

export async function step(href) {
  figure.setAttribute("aria-busy", "true");
  const next = await pageOf(href);
  if (stop.signal.aborted) return location.assign(href);
  takeAround(next, true);
  history.pushState({ live: true }, "", href);
  figure.dataset.stepped = "yes";
  figure.removeAttribute("aria-busy");
  return figure.dispatchEvent(new Event("drawn"));
}

export function takeSteps() {
  const path = new URL(figure.dataset.page, location.href).pathname;
  stop = new AbortController();
  document.addEventListener(
    "click",
    (event) => {
      const link = isPlainPress(event) ? event.target.closest?.(STEPS) : null;
      const href = link?.getAttribute("href");
      // A parcel has a page of its own.
      if (event.defaultPrevented || !href || new URL(href, location.href).pathname !== path) return;
      event.preventDefault();
      step(href).catch(() => location.assign(href));
    },
    { signal: stop.signal },
  );
  window.addEventListener("popstate", () => location.reload(), { signal: stop.signal });
}

export const leaveSteps = () => stop.abort();
