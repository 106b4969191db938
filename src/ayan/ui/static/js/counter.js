// The forms of the counter: what is typed is kept on this device until it is sent, and a code can be copied.
"use strict";

const LASTS = 9 * 24 * 3600 * 1000;

// A browser that keeps nothing for us is none that a form needs.
const store = {
  get(name) {
    try {
      const kept = JSON.parse(localStorage.getItem(name));
      return kept && Date.now() - kept.at < LASTS ? kept.fields : null;
    } catch {
      return null;
    }
  },
  set(name, fields) {
    try {
      localStorage.setItem(name, JSON.stringify({ at: Date.now(), fields }));
      return true;
    } catch {
      return false;
    }
  },
  drop(name) {
    try {
      localStorage.removeItem(name);
    } catch {
      // Nothing was kept.
    }
  },
};

const typed = (form) => [...form.elements].filter((field) => field.name && !field.name.startsWith("_") && field.type !== "file" && "value" in field && field.tagName !== "BUTTON");

function keep(form) {
  const name = form.dataset.keep;
  const line = document.createElement("p");
  const words = document.createElement("span");
  const erase = document.createElement("button");
  line.className = "small muted kept-line";
  words.setAttribute("role", "status");
  erase.type = "button";
  erase.className = "btn quiet";
  erase.textContent = form.dataset.erase;
  erase.hidden = true;
  line.append(words, " ", erase);
  form.append(line);
  const show = () => {
    words.textContent = form.dataset.kept;
    erase.hidden = false;
  };

  const fields = typed(form);
  const kept = store.get(name);
  // What the server gives back is newer than what this device has.
  if (kept && fields.every((field) => !field.value)) {
    for (const field of fields) if (kept[field.name]) field.value = kept[field.name];
    show();
  }

  let waits = 0;
  const now = () => {
    const filled = fields.filter((field) => field.value).map((field) => [field.name, field.value]);
    if (filled.length && store.set(name, Object.fromEntries(filled))) show();
  };
  form.addEventListener("input", () => {
    clearTimeout(waits);
    waits = setTimeout(now, 500);
  });
  form.addEventListener("change", now);
  form.addEventListener("submit", (event) => {
    clearTimeout(waits);
    if (event.submitter?.value === "discard") store.drop(name);
    else now();
  });
  erase.addEventListener("click", () => {
    clearTimeout(waits);
    store.drop(name);
    words.textContent = form.dataset.erased;
    erase.hidden = true;
  });
}

// What has arrived is kept no longer, and is not put back into its form.
for (const sent of document.querySelectorAll("[data-sent]")) store.drop(sent.dataset.sent);
for (const form of document.querySelectorAll("form[data-keep]")) keep(form);

for (const code of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet copy";
  button.textContent = code.dataset.copy;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code.textContent.trim());
      button.textContent = code.dataset.copied;
    } catch {
      getSelection().selectAllChildren(code);
    }
  });
  code.after(" ", button);
}
