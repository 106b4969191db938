// The whole of what follows the map, after each move.

import { keepAddress } from "./address.js";
import { legend, list } from "./beside.js";
import { names, scale } from "./lettering.js";
import { figure, words } from "./page.js";
import { inView } from "./rows.js";
import { say, subject, view, whenDrawn } from "./view.js";

export function settle() {
  const { map } = view;
  const { clientWidth, clientHeight } = map.getContainer();
  // Without a size the library takes one of its own, whose view nobody sees; what comes next is the true size.
  if (!subject() || !clientWidth || !clientHeight) return;
  if (Math.abs(map.getCanvas().clientWidth - clientWidth) > 1) {
    map.resize();
    whenDrawn(settle);
    return;
  }
  const rows = inView(subject());
  legend(rows);
  list(rows);
  names();
  scale();
  keepAddress();
  if (view.isLate) say(words.late);
  view.isLate = false;
  figure.dataset.settled = "yes";
}
