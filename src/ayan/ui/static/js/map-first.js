// Before anything else of the map: on a slow line its library begins to come while the page is still being read.
// At the lowest rank, so that what draws the page comes first; and not for whoever saves data or asks for the drawing.
const { library, shared, worker, layer } = document.querySelector("script[data-library]").dataset;
const isWanted = !["#plain", "#lost"].includes(location.hash) && !navigator.connection?.saveData;

// What the map itself waits for: a second request for it, made while the first is under way, would bring it twice.
export let cached, first;

if (isWanted && document.createElement("canvas").getContext("webgl2")) {
  // What the layer is made of is small, and its tiles can be asked for once it is there.
  first = { address: layer, answer: fetch(layer) };
  for (const href of [library, shared]) {
    const link = document.createElement("link");
    Object.assign(link, { rel: "modulepreload", href, fetchPriority: "low" });
    document.head.append(link);
  }
  // Read to its end, for what is half read stands in the way of whoever asks for it next.
  cached = fetch(worker, { priority: "low" }).then((answer) => answer.arrayBuffer());
  for (const each of [first.answer, cached]) each.catch(() => {});
}
