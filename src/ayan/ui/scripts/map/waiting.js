// What the reader is told while the map that moves is coming, and when it does not come: the drawn one answers.

import { figure, newElement, words } from "./page.js";

const LONG = 8_000; // milliseconds after which a reader may wonder
const LONGEST = 60_000; // of a slow line, on which the library takes most of that

let line;

function tell(text) {
  if (!line) {
    line = newElement("p", "", { class: "live-wait small no-print", role: "status" });
    figure.querySelector(":scope > figcaption").before(line);
  }
  line.textContent = text;
}

export function endWaiting() {
  line?.remove();
  line = null;
}

// What came of it, or an error once nobody may be asked to wait any longer.
export function inTime(promise) {
  const timers = [];
  const late = new Promise((_, reject) => {
    timers.push(setTimeout(() => tell(words.coming), LONG));
    timers.push(setTimeout(() => reject(new Error("it has not come in time")), LONGEST));
  });
  return Promise.race([promise, late]).finally(() => timers.forEach(clearTimeout));
}

// The drawing stays, and answers.
export const sayDrawn = () => tell(words.drawing);
