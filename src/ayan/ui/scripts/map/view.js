// What is kept while the page stands: the map of the library, what is drawn on it, and what the reader has chosen.

export const view = {
  maplibre: null, // the library
  map: null, // its map, once that is painted and answers
  parts: {}, // the elements around it
  shown: { layers: [], over: [], names: [] }, // the document of the layers (map/layer.json)
  chosen: "", // a class of the layer
  strength: 100, // of the tints of land, in hundredths
  corners: [], // between which the reader measures: longitude and latitude
  picked: null, // the row whose card is open
  isLate: false, // a part of what was to be drawn has not come, or was refused
  isPrivate: false, // the reader's place is in view: nothing may be asked for by it, and no address may hold it
};

export const subject = () => view.shown.layers.at(-1);
export const ground = () => view.shown.layers.find((layer) => layer.form === "areas");
export const every = () => [...view.shown.layers, ...view.shown.over];
// Until the map moves its line is not on the page, which has one of its own.
const line = () => (view.parts.said?.isConnected ? view.parts.said : document.getElementById("said"));
export const say = (text) => (line().textContent = text);

const LONGEST_PICTURE = 12_000; // milliseconds; of what has not come by then the rest is shown without it

// After the next picture that is whole, or the one that is there when a whole one has not come in time.
// A picture is asked for: a map that has drawn all it has to would tell nobody so again.
export function whenDrawn(act = () => {}) {
  const { map } = view;
  return new Promise((resolve) => {
    let late = 0;
    const done = () => {
      clearTimeout(late);
      map.off("idle", done);
      if (map === view.map) act();
      resolve();
    };
    late = setTimeout(() => {
      view.isLate = true;
      done();
    }, LONGEST_PICTURE);
    map.on("idle", done);
    map.triggerRepaint();
  });
}
