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
  isPrivate: false, // the reader's place is in view: nothing may be asked for by it, and no address may hold it
};

export const subject = () => view.shown.layers.at(-1);
export const ground = () => view.shown.layers.find((layer) => layer.form === "areas");
export const every = () => [...view.shown.layers, ...view.shown.over];
export const say = (text) => (view.parts.said.textContent = text);

// After the next picture that is whole. One is asked for: a map that has drawn all it has to would tell nobody so again.
export function whenDrawn(act) {
  const drawn = view.map.once("idle", act);
  view.map.triggerRepaint();
  return drawn;
}
