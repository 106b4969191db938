// Near me: the whole map first, then the place, which is told to nobody.

import { pick } from "./card.js";
import { removeGround } from "./ground.js";
import { newElement, town, words } from "./page.js";
import { hold, tilesOf } from "./tiles.js";
import { say, view, whenDrawn } from "./view.js";

const MOST_HELD = 6_000_000; // bytes of tiles that are fetched whole for a reader who asks what is near

export async function near() {
  const bytes = tilesOf(view.shown).reduce((sum, each) => sum + each.bytes, 0);
  if (bytes > MOST_HELD || !navigator.geolocation) return say(bytes > MOST_HELD ? words.large : words.refused);
  say(words.fetching);
  await hold(view.shown);
  removeGround(); // it is too large to be held whole
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const [west, south, east, north] = town();
      const at = [coords.longitude, coords.latitude];
      if (at[0] < west || at[0] > east || at[1] < south || at[1] > north) return say(words.outside);
      view.isPrivate = true;
      view.map.jumpTo({ center: at, zoom: 17 });
      new view.maplibre.Marker({ element: newElement("span", "", { class: "live-here" }) }).setLngLat(at).addTo(view.map);
      whenDrawn(() => {
        pick(view.map.project(at), false);
        say(words.position);
      });
    },
    () => say(words.refused),
    { enableHighAccuracy: true, timeout: 20_000 },
  );
}
