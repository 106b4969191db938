// What is used of the library of the map: its build leaves out what nothing of this leads to.

export { addProtocol, Map, Marker, prewarm, setWorkerUrl } from "maplibre-source";
