// In place of two parts of the library that no map of ours comes to: reading of MLT tiles (the city's are MVT), and the
// order of letters in text that the library draws (names are elements of the page, which the browser sets).

const absent = () => {
  throw new Error("this build of the map's library reads no MLT tiles and sets no text");
};

export const GEOMETRY_TYPE = {};
export { absent as decodeTile };
export default () => ({ getEmbeddingLevels: absent, getReorderSegments: absent, getMirroredCharacter: absent });
