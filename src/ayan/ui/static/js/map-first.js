// Before anything else of the map: on a slow line its library begins to come while the page is still being read.
// At the lowest rank, so that what draws the page comes first; and not for whoever saves data or asks for the drawing.
const { library, worker } = document.querySelector("script[data-library]").dataset;
const isWanted = location.hash !== "#plain" && !navigator.connection?.saveData;

// What the map itself waits for: a second request for it, made while the first is under way, would bring it twice.
export let cached;

if (isWanted && document.createElement("canvas").getContext("webgl2")) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "modulepreload", href: library, fetchPriority: "low" });
  document.head.append(link);
  cached = fetch(worker, { priority: "low" });
  cached.catch(() => {});
}
