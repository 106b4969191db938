// The desk with a script: progress without reloading, a bar while a file is sent, and drafts that are kept as they are left.
"use strict";

// --- work under way: look again every second or two, and open the page anew when it is done

const work = () => document.getElementById("work");

async function look() {
  if (!work()?.hasAttribute("data-busy")) return;
  try {
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html", "X-Ayan-Looks": "1" }, redirect: "manual" });
    if (!answer.ok) {
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
  setTimeout(look, 1500);
}
setTimeout(look, 1000);

// --- sending a file: a bar of what has gone, and a place to drop it

for (const form of document.querySelectorAll("form[data-upload]")) {
  const input = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
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
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    const sending = new XMLHttpRequest();
    const button = form.querySelector("button");
    button.disabled = true;
    bar.hidden = false;
    document.getElementById("said").textContent = form.dataset.sending;
    sending.upload.addEventListener("progress", (at) => {
      if (at.lengthComputable) bar.value = (100 * at.loaded) / at.total;
    });
    const stopped = () => {
      button.disabled = false;
      bar.hidden = true;
    };
    sending.addEventListener("error", stopped);
    sending.addEventListener("abort", stopped);
    sending.addEventListener("load", () => {
      if (sending.status < 400) {
        window.location.assign(sending.responseURL || window.location.href);
        return;
      }
      const page = new DOMParser().parseFromString(sending.responseText, "text/html");
      document.title = page.title;
      document.getElementById("main").replaceWith(document.importNode(page.getElementById("main"), true));
      document.querySelector("[data-focus]")?.focus();
      stopped();
    });
    sending.open("POST", form.action || window.location.href);
    sending.send(new FormData(form));
  });
}

// --- what is typed is kept: two seconds after a key, as a field is left, and as the page is

const touched = new Set();
let keeping;

function keep() {
  clearTimeout(keeping);
  const id = document.querySelector("[data-submission]")?.dataset.submission;
  const prefix = window.location.pathname.replace(/\/(u|approve)\/.*$/, "/u/");
  for (const form of id ? touched : []) {
    const said = new FormData(form);
    for (const [name, value] of [...said]) if (typeof value !== "string") said.delete(name);
    said.set("form", form.dataset.keep);
    // A page that is being left still sends what it holds.
    fetch(`${prefix}${id}/typed`, { method: "POST", body: new URLSearchParams(said), keepalive: true }).catch(() => {});
  }
  touched.clear();
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.keep || !event.target.name) return;
  touched.add(form);
  clearTimeout(keeping);
  keeping = setTimeout(keep, 2000);
});
// What is sent is not kept beside it: the answer to the form says what becomes of it.
document.addEventListener("submit", (event) => touched.delete(event.target));
document.addEventListener("focusout", keep);
window.addEventListener("pagehide", keep);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
