// The desk with a script: progress without reloading, a bar while a file is sent, and drafts that are kept as they are left.
"use strict";

// --- work under way: look again soon and then less often, and open the page anew when it is done

const work = () => document.getElementById("work");
const SLOWEST = 1500;
let pause = 150;
// A check of a small file takes about a second, and nobody should wait on after it.
let soon = 8;

async function look() {
  if (!work()?.hasAttribute("data-busy")) return;
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html", "X-Ayan-Looks": "1" }, redirect: "manual" });
    if (!answer.ok || answer.status === 204) {
      window.location.reload();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("work");
    // What is done changes the whole page, unless somebody is writing in it.
    if (!fresh || !fresh.hasAttribute("data-busy") || page.querySelectorAll("section.part").length > document.querySelectorAll("section.part").length) {
      window.location.reload();
      return;
    }
    if (fresh.innerHTML !== work().innerHTML) work().innerHTML = fresh.innerHTML;
  } catch {
    // A line that is down for a moment comes back.
  }
  if (soon-- <= 0) pause = Math.min(SLOWEST, 1.2 * pause);
  setTimeout(look, pause);
}
setTimeout(look, pause);

// What follows the decision that was sent: a page that opens anew would stand where it stood before.
if (window.location.hash === "#at") document.getElementById("at")?.focus();

// --- sending a file: piece by piece, so that a broken line loses nothing; a bar of what has gone, and a place to drop it

const wait = (seconds) => new Promise((over) => setTimeout(over, 1000 * seconds));

// What the site refuses is told; a line that breaks, or a site that is not there for a moment, is tried again.
async function asked(address, options) {
  const answer = await fetch(address, options);
  if (answer.status >= 500) throw new TypeError("the site does not answer");
  return answer;
}

async function pieces(form, file, among, arrived) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const about = { csrfmiddlewaretoken: token, name: file.name, size: file.size, modified: file.lastModified, ...among };
  const answer = await asked(form.dataset.upload, { method: "POST", body: new URLSearchParams(about), headers: { Accept: "application/json" } });
  if (answer.status !== 201) return null;
  const upload = await answer.json();
  arrived(upload.offset);
  while (upload.offset < file.size) {
    const body = file.slice(upload.offset, upload.offset + Math.min(upload.piece, 1 << 20));
    const headers = { "X-CSRFToken": token, "Upload-Offset": upload.offset, "Content-Type": "application/offset+octet-stream" };
    const taken = await asked(upload.address, { method: "PATCH", body, headers });
    // Another tab sends the same file: ask how far it has come.
    if (taken.status === 409) upload.offset = (await (await asked(upload.address, {})).json()).offset;
    else if (!taken.ok) return null;
    else upload.offset = (await taken.json()).offset;
    arrived(upload.offset);
  }
  return upload.id;
}

function sendInPieces(form) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  const state = form.querySelector("[data-state]");
  const button = form.querySelector("button");
  form.querySelector(".drop-here").hidden = false;
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
  });
  form.addEventListener("submit", async (event) => {
    const files = [...input.files].filter((file) => file.size);
    if (!files.length) return;
    event.preventDefault();
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const said = new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    let percent = 0, before = 0;
    const figure = () => percent.toLocaleString(document.documentElement.lang);
    const tell = (words) => (state.textContent = words.replace("{n}", figure()));
    const arrived = (offset) => {
      bar.value = percent = Math.floor((100 * (before + offset)) / total);
      tell(form.dataset.sending);
    };
    const stop = () => {
      tell(form.dataset.broken);
      button.textContent = form.dataset.again;
      button.disabled = false;
      button.focus();
    };
    button.disabled = true;
    bar.hidden = state.hidden = false;
    for (const file of files) {
      let id, furthest = -1;
      for (let tries = 0; id === undefined; tries++) {
        try {
          id = await pieces(form, file, { files: files.length, total }, (offset) => {
            if (offset > furthest) tries = 0;
            furthest = Math.max(furthest, offset);
            arrived(offset);
          });
        } catch {
          if (tries >= 3) return stop();
          await wait(2 ** tries);
        }
      }
      if (id === null) {
        // The form itself says why not.
        form.submit();
        return;
      }
      said.append("upload", id);
      before += file.size;
    }
    const answer = await fetch(form.action || window.location.href, { method: "POST", body: said }).catch(() => null);
    if (!answer) return stop();
    if (answer.ok) {
      window.location.assign(answer.url);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = page.title;
    document.getElementById("main").replaceWith(document.importNode(page.getElementById("main"), true));
    for (const form of document.querySelectorAll("form[data-upload]")) sendInPieces(form);
    document.querySelector("[data-focus]")?.focus();
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) sendInPieces(form);

// --- what is typed is kept: two seconds after a key, as a field is left, and as the page is

const unkept = new Set();
let keeping;

function keep() {
  clearTimeout(keeping);
  const id = document.querySelector("[data-submission]")?.dataset.submission;
  const prefix = window.location.pathname.replace(/\/(u|approve)\/.*$/, "/u/");
  for (const form of id ? unkept : []) {
    const said = new FormData(form);
    for (const [name, value] of [...said]) if (typeof value !== "string") said.delete(name);
    said.set("form", form.dataset.keep);
    // A page that is being left still sends what it holds.
    fetch(`${prefix}${id}/typed`, { method: "POST", body: new URLSearchParams(said), headers: { "X-Ayan-Keeps": "1" }, keepalive: true, redirect: "manual" }).catch(() => {});
  }
  unkept.clear();
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.keep || !event.target.name) return;
  unkept.add(form);
  clearTimeout(keeping);
  keeping = setTimeout(keep, 2000);
});
// What is sent is not kept beside it: the answer to the form says what becomes of it.
document.addEventListener("submit", (event) => unkept.delete(event.target));
document.addEventListener("focusout", keep);
window.addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());

// --- which periods are offered follows from the dataset that is chosen

const periods = document.querySelector("[data-periods]");
const offerPeriods = () => {
  const chosen = document.getElementById("dataset").selectedOptions[0];
  const kind = chosen?.dataset.period ?? "";
  const list = `periods-${chosen?.value}`;
  const field = periods.querySelector("input");
  periods.hidden = kind === "none" && !field.value;
  for (const hint of periods.querySelectorAll("[data-of]")) hint.hidden = Boolean(kind) && hint.dataset.of !== kind;
  for (const owed of periods.querySelectorAll("[data-owed]")) owed.hidden = owed.dataset.owed !== chosen?.value;
  if (document.getElementById(list)) field.setAttribute("list", list);
  else field.removeAttribute("list");
};
if (periods) {
  document.getElementById("dataset").addEventListener("change", offerPeriods);
  offerPeriods();
}
