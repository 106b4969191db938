// The documents of layers (map/layer.json) by address: each is fetched once, and js/map-first.js has begun with one.

import { files } from "./page.js";

const kept = new Map();

async function answered(href) {
  const { first } = await import(files.first);
  const answer = await (first?.address === href ? first.answer : fetch(href));
  return answer.ok ? answer.json() : null;
}

// Null where there is no such layer. What did not come is asked for again by whoever asks next.
export function layersOf(href) {
  if (!kept.has(href)) {
    const document_ = answered(href);
    document_.catch(() => kept.delete(href));
    kept.set(href, document_);
  }
  return kept.get(href);
}
