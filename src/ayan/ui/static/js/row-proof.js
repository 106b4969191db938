// Checks the proof file of a row (C2SP tlog-proof) on the reader's own device: Ed25519 and SHA-256 of WebCrypto alone.
// It has no words of its own: what it finds is the name of a sentence that stands in the page.
"use strict";
{
  class Refused extends Error {}
  const need = (holds, said) => {
    if (!holds) throw new Refused(said);
  };
  const bytes = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  };
  const same = (first, other) => first.length === other.length && first.every((byte, at) => byte === other[at]);
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
  const base64 = (text) => {
    need(/^[A-Za-z0-9+/]*={0,2}$/.test(text), "unreadable");
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    need(btoa(String.fromCharCode(...data)) === text, "unreadable");
    return data;
  };
  const hash = (text) => {
    need(typeof text === "string" && /^[0-9a-f]{64}$/.test(text), "unreadable");
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  };
  const hexadecimal = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
  const most = 1 << 20;
  const leaf = (entry) => sha256([0], entry);
  const node = (left, right) => sha256([1], left, right);

  // RFC 9162, 2.1.3.2; without shifts, which would cut a number at 32 bits.
  const rootByPath = async (digest, index, size, path, said) => {
    need(isCount(index) && isCount(size) && index < size && path.length <= 64, said);
    let last = size - 1;
    for (const sibling of path) {
      need(last > 0 && sibling.length === 32, said);
      if (index % 2 || index === last) {
        digest = await node(sibling, digest);
        while (index % 2 === 0 && index) [index, last] = [index / 2, Math.floor(last / 2)];
      } else {
        digest = await node(digest, sibling);
      }
      [index, last] = [Math.floor(index / 2), Math.floor(last / 2)];
    }
    need(last === 0, said);
    return digest;
  };

  const readKey = async (text) => {
    const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
    need(match, "key");
    const value = base64(match[3]);
    const id = (await sha256(bytes(`${match[1]}\n`), value)).slice(0, 4);
    need(value.length === 33 && value[0] === 1 && hexadecimal(id) === match[2], "key");
    return { name: match[1], id, bytes: value.slice(1) };
  };

  // C2SP tlog-checkpoint as a signed note: the text, an empty line, signatures.
  const readCheckpoint = async (note, key) => {
    const cut = note.lastIndexOf("\n\n");
    need(cut > 0 && note.endsWith("\n"), "unreadable");
    const text = note.slice(0, cut + 1);
    const lines = text.split("\n");
    need(lines.length >= 4 && /^(0|[1-9][0-9]{0,15})$/.test(lines[1]), "unreadable");
    const checkpoint = { origin: lines[0], size: Number(lines[1]), root: base64(lines[2]) };
    need(checkpoint.root.length === 32, "unreadable");
    need(checkpoint.origin === key.name, "unsigned");
    const own = note.slice(cut + 2, -1).split("\n").map((line) => /^— (\S+) (\S+)$/.exec(line));
    need(own.every(Boolean), "unreadable");
    const values = own.filter((match) => match[1] === key.name).map((match) => base64(match[2]));
    const signature = values.find((value) => same(value.slice(0, 4), key.id));
    need(signature && signature.length === 68, "unsigned");
    let verifier;
    try {
      verifier = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
    } catch {
      throw new Refused("no-ed25519");
    }
    need(await crypto.subtle.verify({ name: "Ed25519" }, verifier, signature.slice(4), bytes(text)), "unsigned");
    return checkpoint;
  };

  const check = async (data, keyText) => {
    need(globalThis.crypto?.subtle, "no-ed25519");
    const key = await readKey(keyText);
    need(data.length <= most, "unreadable");
    const whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
    const cut = whole.indexOf("\n\n");
    const [first, packed, place, ...steps] = whole.slice(0, cut).split("\n");
    need(cut > 0 && first === "c2sp.org/tlog-proof@v1" && packed?.startsWith("extra "), "unreadable");
    const index = /^index (0|[1-9][0-9]{0,15})$/.exec(place ?? "");
    need(index, "unreadable");
    const extra = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(base64(packed.slice(6))));
    need(typeof extra?.leaf === "string", "unreadable");
    const checkpoint = await readCheckpoint(whole.slice(cut + 2), key);
    const entry = await leaf(bytes(extra.leaf));
    const root = await rootByPath(entry, Number(index[1]), checkpoint.size, steps.map(base64), "leaf");
    need(same(root, checkpoint.root), "leaf");
    const statement = JSON.parse(extra.leaf);
    need(statement && typeof statement === "object" && !Array.isArray(statement), "unreadable");
    const outcome = { checkpoint, statement, index: Number(index[1]) };
    if (extra.row === undefined) return { ...outcome, said: "holds-leaf" };
    const row = extra.row;
    // One spelling only, or two readers could find two roots in one statement.
    const sorted = Object.fromEntries(Object.keys(statement).sort().map((name) => [name, statement[name]]));
    need(JSON.stringify(sorted) === extra.leaf && row && Array.isArray(row.path), "row");
    const commitment = hash(row.commitment);
    const top = await rootByPath(await leaf(commitment), row.position, row.rows, row.path.map(hash), "row");
    need(hexadecimal(top) === statement.rows_root && row.rows === statement.rows, "row");
    need(row.text != null && row.salt != null, "no-text");
    need(typeof row.text === "string" && same(await sha256(hash(row.salt), bytes(row.text)), commitment), "row");
    return { ...outcome, row, values: JSON.parse(row.text), said: "holds" };
  };

  const box = document.querySelector("[data-row-check]");
  const results = document.getElementById("row-check");
  const facts = document.getElementById("row-facts");
  const rows = document.getElementById("row-values");
  const tell = (outcome) => {
    for (const sentence of results.querySelectorAll("[data-say]")) sentence.hidden = sentence.dataset.say !== outcome.said;
    const { checkpoint, statement, row } = outcome;
    facts.hidden = !checkpoint;
    rows.replaceChildren();
    if (!checkpoint) return;
    const said = {
      origin: checkpoint.origin,
      size: String(checkpoint.size),
      release: [statement.dataset, statement.period, statement.number].filter((part) => part !== undefined).join("/"),
      act: String(statement.act ?? statement.kind ?? ""),
      at: String(statement.at ?? ""),
      place: row ? `${row.position + 1} / ${row.rows}` : "",
    };
    for (const cell of facts.querySelectorAll("[data-fact]")) cell.textContent = said[cell.dataset.fact];
    for (const [name, value] of Object.entries(outcome.values ?? {})) {
      const pair = rows.appendChild(document.createElement("div"));
      pair.appendChild(document.createElement("dt")).textContent = name;
      const cell = pair.appendChild(document.createElement("dd"));
      cell.textContent = value ?? "—";
      cell.dir = "auto";
    }
  };
  const asked = async () => {
    box.setAttribute("aria-busy", "true");
    try {
      const file = box.querySelector("#proof").files[0];
      need(file && file.size <= most, "unreadable");
      tell(await check(new Uint8Array(await file.arrayBuffer()), box.querySelector("#key").value));
    } catch (fault) {
      tell({ said: fault instanceof Refused ? fault.message : "unreadable" });
    }
    box.removeAttribute("aria-busy");
    results.focus();
  };
  box?.querySelector("button").addEventListener("click", asked);
  box?.querySelector("#key").addEventListener("keydown", (event) => {
    if (event.key === "Enter") asked();
  });
}
