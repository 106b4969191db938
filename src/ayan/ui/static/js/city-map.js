// The map that moves, in place of the drawn one: the city's own tiles and rows, and nothing from elsewhere.
// It comes after the page can be used without it; whatever it cannot do leaves the drawn map where it stands.

const MOST_LISTED = 20;
const MOST_SINGLE = 320;
const MOST_NAMES = 14;
const MOST_LEVELS = 9;
const MOST_HELD = 6_000_000; // bytes of tiles that are fetched whole for a reader who asks what is near
const METRES_A_DEGREE = 111_320;

const figure = document.querySelector("figure[data-map]");
const template = document.getElementById("live-map");
const language = document.documentElement.lang;
const number = (value) => new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(value);
const still = matchMedia("(prefers-reduced-motion: reduce)");
const numbers = (text) => text.split(",").map(Number);
const made = (name, text = "", attributes = {}) => {
  const element = document.createElement(name);
  if (text) element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const words = {};
for (const each of template?.content.querySelectorAll("[data-word]") ?? []) words[each.dataset.word] = each.textContent;
const filled = (word, n) => words[word].replace("{n}", number(n));

const token = (name) => getComputedStyle(figure).getPropertyValue(name).trim();

// --- what is kept while the page stands

let maplibre, archives, map, protocol;
let parts = {};
let shown = { layers: [], names: [] };
let chosen = "";
let isPrivate = false; // the reader's place is in view: nothing may be asked for by it, and no address may hold it
let markers = [];
let picked = null;

const say = (text) => (parts.said.textContent = text);

// --- where the map looks, as addresses of the drawn map write it

const town = () => numbers(figure.dataset.town);

function place() {
  const [west, south, east, north] = town();
  const bounds = map.getBounds();
  const level = Math.max(0, Math.min(MOST_LEVELS - 1, Math.round(Math.log2((east - west) / (bounds.getEast() - bounds.getWest())))));
  const last = 2 ** (level + 1) - 2;
  const { lng, lat } = map.getCenter();
  const kept = (value) => Math.max(0, Math.min(last, Math.round(value)));
  const share = 2 ** (level + 1);
  const column = kept(((lng - west) / (east - west)) * share - 1);
  const line = kept(((north - lat) / (north - south)) * share - 1);
  return level ? `${level}-${column}-${line}` : "";
}

function address() {
  const url = new URL(figure.dataset.page, location.href);
  for (const [name, value] of [["at", isPrivate ? "" : place()], ["class", chosen]]) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.pathname + url.search;
}

// --- layers

const ids = (layer) => [...layer.classes.map((each, at) => `${layer.slug}-${at}`), `${layer.slug}-other`];
const subject = () => shown.layers.at(-1);
// What a row says that is of a class: its code, or one of the names that the class is made of.
const saidOf = (each) => each.of ?? [each.code];
const ofClass = (layer, code) => {
  const said = layer.classes.filter((each) => code === null || each.code === code).flatMap(saidOf);
  const isSaid = ["in", ["to-string", ["get", layer.classed]], ["literal", said]];
  return code === null ? ["!", isSaid] : isSaid;
};
const tintOf = (layer, at) => layer.classes[at]?.tint ?? 0;
const colour = (tint) => token(tint ? `--z-${tint}` : "--c-0");

function sourcesOf(layer) {
  if (layer.rows) return [{ id: layer.slug, source: { type: "geojson", data: layer.rows } }];
  return layer.tiles.map((tiles, at) => ({
    id: `${layer.slug}-tiles-${at}`,
    within: tiles.layer,
    source: { type: "vector", url: `pmtiles://${new URL(tiles.url, location.href).href}` },
  }));
}

function add(layer) {
  layer.drawn = [];
  for (const { id, within, source } of sourcesOf(layer)) {
    map.addSource(id, source);
    const from = within ? { source: id, "source-layer": within } : { source: id };
    ids(layer).forEach((name, at) => {
      const code = layer.classes[at]?.code ?? null;
      const filter = layer.classed ? ofClass(layer, code) : ["boolean", code === null];
      const key = `${id}:${name}`;
      const type = layer.form === "areas" ? "fill" : "circle";
      map.addLayer({ id: key, type, ...from, filter });
      layer.drawn.push({ key, at, code, type });
    });
    if (layer.form === "areas") {
      map.addLayer({ id: `${id}:edges`, type: "line", ...from });
      map.addLayer({ id: `${id}:picked`, type: "line", ...from, filter: ["boolean", false] });
    }
  }
}

function paint() {
  map.setPaintProperty("paper", "background-color", token("--tint"));
  for (const { id, type, source } of map.getStyle().layers) {
    if (source !== "base" || type === "raster") continue;
    map.setPaintProperty(id, `${type}-color`, token(type === "fill" ? "--z-6" : "--c-0e"));
    map.setPaintProperty(id, `${type}-opacity`, 0.6);
  }
  for (const layer of shown.layers) {
    const isGround = layer !== subject();
    for (const { key, at, type, code } of layer.drawn ?? []) {
      map.setPaintProperty(key, `${type}-color`, colour(tintOf(layer, at)));
      if (type === "fill") map.setPaintProperty(key, "fill-opacity", isGround ? 0.45 : 1);
      else {
        map.setPaintProperty(key, "circle-radius", 7);
        map.setPaintProperty(key, "circle-stroke-width", 1.5);
        map.setPaintProperty(key, "circle-stroke-color", token("--ink"));
      }
      const isSeen = isGround || !chosen || code === chosen;
      map.setLayoutProperty(key, "visibility", isSeen ? "visible" : "none");
    }
    for (const { id } of layer.form === "areas" ? sourcesOf(layer) : []) {
      map.setPaintProperty(`${id}:edges`, "line-color", token("--c-0e"));
      map.setPaintProperty(`${id}:edges`, "line-width", ["interpolate", ["linear"], ["zoom"], 12, 0.2, 16, 1]);
      map.setPaintProperty(`${id}:picked`, "line-color", token("--ink"));
      map.setPaintProperty(`${id}:picked`, "line-width", 4);
    }
  }
}

function draw(document_) {
  for (const layer of shown.layers) {
    for (const { id } of sourcesOf(layer)) {
      for (const each of map.getStyle().layers) if (each.source === id) map.removeLayer(each.id);
      if (map.getSource(id)) map.removeSource(id);
    }
  }
  shown = document_;
  close(false);
  for (const layer of shown.layers) add(layer);
  paint();
}

// --- the ground that the operator gives: pictures, or lines and areas whose meaning nobody declares here

const WATER = "water";

async function ground({ url }) {
  const href = new URL(url, location.href).href;
  const archive = new archives.PMTiles(href);
  const { tileType, maxZoom, minZoom } = await archive.getHeader();
  const about = await archive.getMetadata();
  protocol.add(archive);
  const isVector = tileType === archives.TileType.Mvt;
  const tiles = [`pmtiles://${href}/{z}/{x}/{y}`];
  const size = { minzoom: minZoom, maxzoom: maxZoom };
  map.addSource("base", isVector ? { type: "vector", tiles, ...size } : { type: "raster", tiles, tileSize: 256, ...size });
  const first = map.getStyle().layers.find((each) => each.id !== "paper")?.id;
  if (!isVector) map.addLayer({ id: "base", type: "raster", source: "base" }, first);
  for (const { id } of isVector ? (about.vector_layers ?? []) : []) {
    const from = { source: "base", "source-layer": id };
    if (id === WATER) map.addLayer({ id: `base:${id}:area`, type: "fill", ...from, filter: ["==", ["geometry-type"], "Polygon"] }, first);
    map.addLayer({ id: `base:${id}:line`, type: "line", ...from, filter: ["!=", ["geometry-type"], "Point"] }, first);
  }
  // What the file says of itself is text, whatever markup stands in it.
  const said = new DOMParser().parseFromString(String(about.attribution || about.name || ""), "text/html").body.textContent;
  parts.base.textContent = words.base.replace("{n}", said || words.unnamed);
  parts.base.hidden = false;
}

function groundless() {
  for (const { id, source } of map.getStyle().layers) if (source === "base") map.removeLayer(id);
  if (map.getSource("base")) map.removeSource("base");
  parts.base.hidden = true;
}

// --- a row: its key, its page, its name

// As `keys.key_of` joins a key and `keys.step_of` writes it into an address.
const escaped = (text) => text.replace(/%/g, "%25").replace(/~/g, "%7E").replace(/\//g, "%2F");
const keyOf = (layer, properties) =>
  properties._key ?? layer.key.map((name) => escaped(String(properties[name] ?? ""))).join("~");
const pageOf = (layer, properties) => {
  const step = keyOf(layer, properties).replace(/,/g, "%2C").replace(/%2F/g, ",");
  return layer.record + encodeURIComponent(step).replace(/%2C/g, ",");
};
const titleOf = (layer, properties) =>
  properties._title ?? (properties[layer.named] || layer.key.map((name) => properties[name]).join(" "));
const classOf = (layer, properties) => layer.classes.find((each) => saidOf(each).includes(String(properties[layer.classed] ?? "")));

function inView() {
  const layer = subject();
  const layers = (layer?.drawn ?? []).map((each) => each.key).filter((key) => map.getLayer(key));
  const met = new globalThis.Map();
  if (layers.length)
    for (const { properties } of map.queryRenderedFeatures({ layers })) met.set(keyOf(layer, properties), properties);
  return met;
}

// --- beside the map: legend and list of what is drawn

function legend(counts) {
  const layer = subject();
  const list = figure.querySelector(".legend");
  const entries = [...layer.classes, { code: null, words: layer.other ?? words.other, tint: 0 }];
  list.replaceChildren(
    ...entries
      .filter((each) => counts.get(each.code) || (chosen && each.code === chosen))
      .map((each) => {
        const item = made("li");
        item.className = each.code === chosen ? "on" : "";
        item.innerHTML = '<svg viewBox="0 0 14 14" aria-hidden="true"><rect x="1" y="1" width="12" height="12"/></svg> ';
        item.querySelector("rect").setAttribute("class", `lot z${each.tint}`);
        const link = made(each.code === null ? "span" : "a");
        const isCoded = layer.form === "areas" && !each.of;
        if (isCoded && each.code !== null) {
          link.append(made("bdi", each.code, { class: "code", dir: "ltr" }));
          if (each.words !== each.code) link.append(" ");
        }
        if (!isCoded || each.words !== each.code) link.append(each.words);
        if (each.code !== null) {
          const url = new URL(address(), location.href);
          if (each.code === chosen) url.searchParams.delete("class");
          else url.searchParams.set("class", each.code);
          link.setAttribute("href", url.pathname + url.search);
          link.dataset.class = each.code;
          if (each.code === chosen) link.setAttribute("aria-current", "true");
        }
        item.append(link, " ", made("span", number(counts.get(each.code) ?? 0), { class: "muted" }));
        return item;
      }),
  );
}

function line(layer, properties) {
  const item = made("li");
  const link = made("a", "", { href: pageOf(layer, properties) });
  if (layer.form === "areas") link.append(made("bdi", titleOf(layer, properties), { class: "code", dir: "ltr" }));
  else link.append(made("bdi", titleOf(layer, properties)));
  const of = classOf(layer, properties);
  item.append(link, " ", made("span", of?.words ?? "", { class: "small muted" }));
  return item;
}

function list(rows) {
  const layer = subject();
  const box = document.getElementById("list");
  const heading = box.querySelector("h2");
  const items = made("ul", "", { class: "cells" });
  const foot = [];
  heading.textContent = rows.size === 1 ? words.one : filled(rows.size ? "drawn" : "none", rows.size);
  if (rows.size > MOST_SINGLE && layer.district) {
    const counts = new globalThis.Map();
    for (const properties of rows.values()) {
      const code = String(properties[layer.district]);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    for (const each of shown.names.filter((name) => counts.has(name.code))) {
      const item = made("li");
      item.append(made("a", each.words, { href: each.page }), " ", made("span", filled("lots", counts.get(each.code)), { class: "small muted" }));
      items.append(item);
    }
    foot.push(made("p", words.far, { class: "small muted" }));
  } else {
    const sorted = [...rows.values()].sort((a, b) => titleOf(layer, a).localeCompare(titleOf(layer, b), language, { numeric: true }));
    for (const properties of sorted.slice(0, MOST_LISTED)) items.append(line(layer, properties));
    if (rows.size > MOST_LISTED) foot.push(made("p", words.more, { class: "small muted" }));
  }
  box.replaceChildren(heading, items, ...foot);
}

// --- names of places: drawn by the browser, which joins Persian letters and sets them from the right

function names() {
  for (const each of markers) each.remove();
  markers = [];
  const isFar = (map.getBounds().getEast() - map.getBounds().getWest()) * 3 > town()[2] - town()[0];
  const { width, height } = map.getContainer().getBoundingClientRect();
  const taken = [];
  for (const each of shown.names) {
    if (isFar !== Boolean(each.code) || taken.length >= MOST_NAMES) continue;
    const { x, y } = map.project(each.at);
    const half = each.words.length * 4.2 + 6;
    if (x < half || x > width - half || y < 14 || y > height - 34) continue;
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < 22)) continue;
    taken.push({ x, y, half });
    const element = made("span", each.words, { class: "live-name", "aria-hidden": "true" });
    const marker = new maplibre.Marker({ element }).setLngLat(each.at).addTo(map);
    for (const name of ["aria-label", "role", "tabindex"]) element.removeAttribute(name);
    markers.push(marker);
  }
}

// --- the scale: as long as a round number of metres

function scale() {
  const { lat } = map.getCenter();
  const bounds = map.getBounds();
  const wide = map.getContainer().clientWidth;
  const metres = (bounds.getEast() - bounds.getWest()) * METRES_A_DEGREE * Math.cos((lat * Math.PI) / 180);
  const most = metres / 4;
  const base = 10 ** Math.floor(Math.log10(most));
  const length = [5, 2, 1].map((each) => each * base).find((each) => each <= most) ?? base;
  parts.scale.querySelector("span").textContent = length < 1000 ? filled("metres", length) : filled("kilometres", length / 1000);
  parts.scale.querySelector("i").style.inlineSize = `${(length / metres) * wide}px`;
}

// --- a card

function close(keepFocus = true) {
  if (!parts.card || parts.card.hidden) return;
  const within = parts.card.contains(document.activeElement);
  parts.card.hidden = true;
  picked = null;
  mark();
  if (within && keepFocus) map.getCanvas().focus();
}

function mark() {
  for (const layer of shown.layers)
    for (const { id } of layer.form === "areas" ? sourcesOf(layer) : []) {
      const isPicked = picked?.layer === layer;
      const filter = isPicked
        ? ["all", ...(layer.key.length ? layer.key : ["_key"]).map((name) => ["==", ["to-string", ["get", name]], String(picked.properties[name])])]
        : ["boolean", false];
      if (map.getLayer(`${id}:picked`)) map.setFilter(`${id}:picked`, filter);
    }
}

function open(layer, properties, takeFocus) {
  picked = { layer, properties };
  const heading = parts.card.querySelector("h2");
  heading.replaceChildren(made("bdi", titleOf(layer, properties), layer.form === "areas" ? { class: "code", dir: "ltr" } : {}));
  const told = layer.told.filter(({ name }) => properties[name] !== undefined && properties[name] !== null);
  parts.card.querySelector("dl").replaceChildren(
    ...told.map(({ name, label, unit, codes }) => {
      const value = properties[name];
      const text = codes[value] ?? (Number.isFinite(Number(value)) ? number(Number(value)) : String(value));
      const row = made("div");
      row.append(made("dt", label), made("dd", unit ? `${text} ${unit}` : text));
      return row;
    }),
  );
  const link = parts.card.querySelector("a");
  link.href = pageOf(layer, properties);
  link.textContent = layer.form === "areas" ? words.may : parts.card.dataset.page;
  parts.card.hidden = false;
  mark();
  if (takeFocus) link.focus();
  else say(titleOf(layer, properties));
}

function pick(point, takeFocus) {
  for (const layer of [...shown.layers].reverse()) {
    const layers = layer.drawn.map((each) => each.key).filter((key) => map.getLayer(key));
    const reach = layer.form === "points" ? [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]] : point;
    const met = layers.length ? map.queryRenderedFeatures(reach, { layers }) : [];
    if (met.length) return open(layer, met[0].properties, takeFocus);
  }
  return close();
}

// --- the whole of it, after each move

function settle() {
  const layer = subject();
  const { clientWidth, clientHeight } = map.getContainer();
  // Without a size the library takes one of its own, whose view nobody sees; what comes next is the true size.
  if (!layer || !clientWidth || !clientHeight) return;
  const { clientWidth: drawn } = map.getCanvas();
  if (Math.abs(drawn - clientWidth) > 1) return void (map.resize(), map.once("idle", settle));
  const rows = inView();
  const counts = new globalThis.Map();
  for (const properties of rows.values()) {
    const code = classOf(layer, properties)?.code ?? null;
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  legend(counts);
  list(rows);
  names();
  scale();
  if (!isPrivate) history.replaceState(history.state, "", address());
  figure.dataset.settled = "yes";
}

// --- another layer or another day: the same page of the server, of which the parts around the map are taken

async function turn(href) {
  figure.dataset.settled = "";
  const text = await (await fetch(href)).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  const other = page.querySelector("figure[data-map]");
  if (!other) return location.assign(href);
  const answer = await fetch(other.dataset.map);
  if (!answer.ok) return location.assign(href);
  const next = await answer.json();
  if (next.layers.some((each) => !each.rows && !each.tiles.length)) return location.assign(href);
  if (isPrivate) await hold(next);
  const had = document.activeElement?.getAttribute?.("href");
  for (const name of [".themes", "#days"]) document.querySelector(name).replaceWith(page.querySelector(name));
  figure.querySelector("figcaption").replaceWith(other.querySelector("figcaption"));
  for (const name of ["map", "page", "chosen"]) figure.dataset[name] = other.dataset[name];
  if (had) document.querySelector(`a[href="${CSS.escape(had)}"]`)?.focus();
  chosen = other.dataset.chosen;
  days();
  history.pushState({ live: true }, "", isPrivate ? figure.dataset.page : href);
  draw(next);
  map.once("idle", () => {
    settle();
    say(document.querySelector("#list h2").textContent);
  });
}

// What cannot be put in place is opened as any link is.
const go = (href) => turn(href).catch(() => location.assign(href));

function days() {
  const links = [...document.querySelectorAll("#days a")].reverse();
  parts.time.hidden = links.length < 2;
  if (links.length < 2) return;
  const range = parts.time.querySelector("input");
  const at = links.findIndex((link) => link.getAttribute("aria-current"));
  range.max = links.length - 1;
  range.value = at;
  const told = () => {
    const text = links[range.value].textContent;
    parts.time.querySelector("output").textContent = text;
    range.setAttribute("aria-valuetext", text);
  };
  range.oninput = told;
  range.onchange = () => go(links[range.value].href);
  told();
}

// --- near me: the whole map first, then the place, which is told to nobody

class Held {
  constructor(key, data) {
    this.key = key;
    this.data = data;
  }
  getKey() {
    return this.key;
  }
  async getBytes(offset, length) {
    return { data: this.data.slice(offset, offset + length) };
  }
}

async function hold(document_) {
  for (const tiles of document_.layers.flatMap((layer) => layer.tiles)) {
    const href = new URL(tiles.url, location.href).href;
    if (protocol.tiles.get(href)?.source instanceof Held) continue;
    const data = await (await fetch(href)).arrayBuffer();
    protocol.add(new archives.PMTiles(new Held(href, data)));
  }
}

async function near() {
  const bytes = shown.layers.flatMap((layer) => layer.tiles).reduce((sum, each) => sum + each.bytes, 0);
  if (bytes > MOST_HELD || !navigator.geolocation) return say(bytes > MOST_HELD ? words.large : words.refused);
  say(words.fetching);
  await hold(shown);
  groundless(); // it is too large to be held whole
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      const [west, south, east, north] = town();
      const at = [coords.longitude, coords.latitude];
      if (at[0] < west || at[0] > east || at[1] < south || at[1] > north) return say(words.outside);
      isPrivate = true;
      map.jumpTo({ center: at, zoom: 17 });
      new maplibre.Marker({ element: made("span", "", { class: "live-here" }) }).setLngLat(at).addTo(map);
      map.once("idle", () => {
        pick(map.project(at), false);
        say(words.here);
      });
    },
    () => say(words.refused),
    { enableHighAccuracy: true, timeout: 20_000 },
  );
}

// --- on paper: light, as wide as a sheet of A4, the same part of the city with the scale of that size

const root = document.documentElement;
let before;

function toPaper() {
  const { clientWidth, clientHeight } = map.getContainer();
  before = { scheme: root.dataset.scheme, bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
  root.dataset.scheme = "light";
  figure.classList.add("on-paper");
  parts.map.style.aspectRatio = `${clientWidth} / ${clientHeight}`;
  map.resize();
  map.fitBounds(before.bounds, { animate: false });
  paint();
  map.redraw();
  names();
  scale();
}

function fromPaper() {
  figure.classList.remove("on-paper");
  if (before.scheme) root.dataset.scheme = before.scheme;
  else delete root.dataset.scheme;
  parts.map.style.aspectRatio = "";
  map.resize();
  map.jumpTo(before);
  paint();
  names();
  scale();
}

// --- the beginning

function listen() {
  const toWhole = () => fit(town());
  const acts = {
    nearer: () => map.zoomIn(),
    farther: () => map.zoomOut(),
    whole: toWhole,
    near: () => near().catch(() => say(words.lost)),
    print: () => print(),
    plain: (event) => {
      event.preventDefault();
      location.assign(`${address()}#plain`);
      location.reload();
    },
  };
  parts.bar.addEventListener("click", (event) => acts[event.target.closest("[data-do]")?.dataset.do]?.(event));
  map.on("click", ({ point }) => pick(point, false));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const { clientWidth, clientHeight } = map.getContainer();
    pick({ x: clientWidth / 2, y: clientHeight / 2 }, true);
  });
  parts.card.querySelector("button").addEventListener("click", () => close());
  document.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest?.(".themes a, #days a, .legend a");
    if (!link || (link.closest(".legend") && !figure.contains(link))) return;
    event.preventDefault();
    if (link.dataset.class === undefined) return void go(link.href);
    chosen = link.dataset.class === chosen ? "" : link.dataset.class;
    const code = link.dataset.class;
    paint();
    map.once("idle", () => {
      settle();
      say(document.querySelector("#list h2").textContent);
      figure.querySelector(`.legend a[data-class="${CSS.escape(code)}"]`)?.focus();
    });
  });
  window.addEventListener("popstate", () => location.reload());
  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  map.on("movestart", () => (figure.dataset.settled = ""));
  for (const event of ["moveend", "resize"]) map.on(event, () => map.once("idle", settle));
}

function fit([west, south, east, north]) {
  map.fitBounds([[west, south], [east, north]], { animate: !still.matches });
}

function build() {
  const copy = template.content.cloneNode(true);
  parts = {
    bar: copy.querySelector(".live-bar"),
    time: copy.querySelector(".live-time"),
    said: copy.querySelector(".live-said"),
    map: copy.querySelector(".live-map"),
    card: copy.querySelector(".live-card"),
    base: copy.querySelector(".live-base"),
    scale: copy.querySelector(".live-scale"),
  };
  parts.card.dataset.page = parts.card.querySelector("a").textContent;
  const drawing = figure.querySelector(":scope > svg, :scope > figcaption");
  for (const part of [parts.bar, parts.time, parts.said, parts.map, parts.base, parts.card]) figure.insertBefore(part, drawing);
  figure.classList.add("is-live");
}

function fetched(name, attributes) {
  return new Promise((resolve, reject) => {
    const part = made(name, "", attributes);
    part.addEventListener("load", resolve);
    part.addEventListener("error", reject);
    document.head.prepend(part);
  });
}

async function start() {
  if (!document.createElement("canvas").getContext("webgl2")) return;
  const { library, worker, sheet, archive } = template.dataset;
  // All at once: on a slow line each wait for the one before costs half a second. The worker is only put into the cache.
  const [first, drawing] = await Promise.all([
    fetch(figure.dataset.map).then((answer) => (answer.ok ? answer.json() : null)),
    import(library),
    fetched("script", { src: archive }),
    fetched("link", { rel: "stylesheet", href: sheet }),
    fetch(worker),
  ]);
  if (!first || first.layers.some((each) => !each.rows && !each.tiles.length)) return;
  maplibre = drawing;
  archives = globalThis.pmtiles;
  maplibre.setWorkerUrl(worker);
  protocol = new archives.Protocol();
  maplibre.addProtocol("pmtiles", protocol.tile);
  chosen = figure.dataset.chosen;
  build();
  const [west, south, east, north] = numbers(figure.dataset.window);
  map = new maplibre.Map({
    container: parts.map,
    style: { version: 8, transition: { duration: 0 }, sources: {}, layers: [{ id: "paper", type: "background", paint: { "background-color": token("--tint") } }] },
    bounds: [[west, south], [east, north]],
    maxZoom: 20,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    fadeDuration: still.matches ? 0 : 150,
    locale: { "Map.Title": parts.map.dataset.title },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  await map.once("load");
  // A ground that cannot be read is no reason to show no map.
  if (first.base) await ground(first.base).catch(groundless);
  draw(first);
  listen();
  days();
  map.once("idle", settle);
}

// Whoever wants the drawing, or saves data, is offered the map that moves, and nothing of it is fetched.
function offer() {
  const button = made("button", words.live, { class: "btn quiet", type: "button" });
  figure.querySelector(".map-ways").append(button);
  button.addEventListener("click", () => {
    button.remove();
    history.replaceState(history.state, "", location.pathname + location.search);
    begin(true);
  });
}

function begin(isWanted = false) {
  if (!figure || !template) return;
  if (!isWanted && (location.hash === "#plain" || navigator.connection?.saveData)) return offer();
  start().catch(() => {
    figure.classList.remove("is-live");
    for (const part of Object.values(parts)) if (part !== parts.scale) part.remove();
  });
}

if (document.readyState === "complete") begin();
else window.addEventListener("load", () => begin());
