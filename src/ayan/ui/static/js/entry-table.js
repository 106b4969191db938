// A table that is entered by hand: rows are kept while they are typed, keys move between them, cells can be pasted.
"use strict";

for (const form of document.querySelectorAll("form[data-entry]")) {
  const body = form.querySelector("tbody");
  const state = form.querySelector("[data-state]");
  const changed = new Set();
  let timer;
  let sending = null;
  form.querySelector("[data-keys]").hidden = false;

  // --- what is typed is kept: two seconds after a key, as the table is left, and as the page is

  function said(rows) {
    const fields = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, tab: form.elements.tab.value });
    for (const row of rows) for (const field of row.querySelectorAll("input, select")) if (field.name) fields.append(field.name, field.value);
    return fields;
  }

  async function send(rows) {
    state.textContent = form.dataset.keeping;
    try {
      const answer = await fetch(form.dataset.entry, { method: "POST", body: said(rows), headers: { Accept: "application/json", "X-Ayan-Keeps": "1" }, keepalive: true, redirect: "manual" });
      const reply = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
      if (!reply.kept) {
        for (const row of rows) changed.add(row);
        state.textContent = reply.why ?? form.dataset.unkept;
        return;
      }
      for (const [row, version] of Object.entries(reply.seen)) form.elements[`seen:${row}`].value = version;
      state.textContent = form.dataset.kept;
    } catch {
      for (const row of rows) changed.add(row);
      state.textContent = form.dataset.unkept;
    }
  }

  async function keep() {
    clearTimeout(timer);
    while (sending) await sending;
    if (!changed.size) return;
    const rows = [...changed];
    changed.clear();
    sending = send(rows);
    await sending;
    sending = null;
  }

  // As the page goes, nothing waits for what is on its way: the mark of the page tells that both are its own.
  function leave() {
    if (!changed.size) return;
    send([...changed]);
    changed.clear();
  }

  form.addEventListener("input", (event) => {
    const row = event.target.closest("tr");
    if (!row) return;
    changed.add(row);
    if (row === body.lastElementChild) another();
    clearTimeout(timer);
    timer = setTimeout(keep, 2000);
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) keep();
  });
  window.addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave());
  // A page that comes back as it was left knows nothing of what was kept meanwhile.
  window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
  form.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (!sending) {
      changed.clear();
      return;
    }
    // What is on its way is told first, or the page would be taken for an older one.
    event.preventDefault();
    await sending;
    form.requestSubmit(event.submitter);
  });

  // --- rows: the last one is followed by another as soon as something is typed into it

  const name = () => [...crypto.getRandomValues(new Uint8Array(4))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function another() {
    const last = body.lastElementChild;
    if (body.rows.length >= Number(form.dataset.most)) return null;
    const row = last.cloneNode(true);
    const [before, id] = [last.dataset.row, name()];
    row.dataset.row = id;
    const number = row.querySelector("[data-number]");
    number.textContent = (body.rows.length + 1).toLocaleString(document.documentElement.lang, { useGrouping: false });
    for (const element of row.querySelectorAll("[name], [for], [id]")) {
      for (const part of ["name", "for", "id"]) if (element.hasAttribute(part)) element.setAttribute(part, element.getAttribute(part).replace(before, id));
      if (element.name?.startsWith("seen:")) element.value = "0";
      else if (element.matches("input, select")) element.value = "";
    }
    row.querySelector(".row-acts").textContent = "";
    for (const element of row.querySelectorAll(".said, .other")) element.remove();
    for (const element of row.querySelectorAll(".wrong")) element.classList.remove("wrong");
    body.append(row);
    return row;
  }

  // --- keys

  const cells = (row) => [...row.querySelectorAll("td input, td select")];

  form.addEventListener("keydown", (event) => {
    const cell = event.target;
    const row = cell.closest("tbody tr");
    if (!row || !cell.matches("input, select")) return;
    const down = event.key === "Enter" || (event.key === "ArrowDown" && cell.matches("input"));
    const up = event.key === "ArrowUp" && cell.matches("input");
    if ((!down && !up) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = down ? row.nextElementSibling : row.previousElementSibling;
    const to = next && cells(next)[cells(row).indexOf(cell)];
    to?.focus();
    to?.select?.();
  });

  // --- cells from a spreadsheet

  form.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const first = event.target.closest("tbody tr");
    if (!first || !/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const across = cells(first).indexOf(event.target);
    let row = first;
    for (const line of text.replace(/\r/g, "").replace(/\n+$/, "").split("\n")) {
      if (!row) break;
      for (const [at, part] of line.split("\t").entries()) {
        const cell = cells(row)[across + at];
        if (!cell) continue;
        const words = part.trim();
        if (cell.matches("select")) {
          const option = [...cell.options].find((choice) => choice.text === words || choice.value === words) ?? cell.appendChild(new Option(words, words));
          option.selected = true;
        } else cell.value = words;
      }
      changed.add(row);
      row = row.nextElementSibling ?? another();
    }
    timer = setTimeout(keep, 500);
  });
}
