// Small behaviours of the desk, on pages that work without them: passkeys, and the warning before a session ends.
"use strict";

// --- passkeys: the browser speaks in bytes, a form in text

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function question(options) {
  const asked = structuredClone(options.publicKey);
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const list of [asked.excludeCredentials, asked.allowCredentials])
    for (const credential of list ?? []) credential.id = bytes(credential.id);
  return asked;
}

function answer(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (credential.response[name]) response[name] = text(credential.response[name]);
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector(".said");
    said.textContent = "";
    try {
      const publicKey = question(JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = JSON.stringify(answer(credential));
      form.submit();
    } catch {
      said.textContent = form.dataset.failed;
    }
  });
}

// --- the end of a session: told before, so that nothing typed is lost

const idle = document.querySelector("[data-idle]");
if (idle) {
  const [whole, before] = [Number(idle.dataset.idle) * 1000, Number(idle.dataset.warn) * 1000];
  let warning, end;
  const start = () => {
    clearTimeout(warning);
    clearTimeout(end);
    // A desk that was left shows nothing any more; what waits in an open form stays, and is kept when it is sent.
    end = setTimeout(() => {
      if (![...document.querySelectorAll("textarea, input:not([type=hidden])")].some((field) => field.value !== field.defaultValue)) window.location.assign(`${idle.dataset.over}?over=1`);
    }, whole + 5000);
    warning = setTimeout(() => {
      idle.hidden = false;
      idle.querySelector("h2").focus();
    }, whole - before);
  };
  idle.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const sent = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
    if (sent?.status !== 204) return;
    idle.hidden = true;
    start();
  });
  start();
}

// --- what is typed is kept on the server, for whoever typed it: two seconds after a key and as the page is left; and
// it stands in the form again when they come back. Every form of the desk, but for secrets, files and those with a keeper of their own.

const keeper = document.querySelector("[data-keeper]");
const VOLATILE = /^(csrfmiddlewaretoken|key|expected_revision|digest|reviewed_digest|seen|tab|kept_form|kept_rows)$|:/;
const tab = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const isTyped = (field) =>
  field.name &&
  !field.disabled &&
  field.matches("textarea, select, input") &&
  !/^(hidden|file|password|submit|button|image|reset)$/.test(field.type) &&
  !/password|one-time-code/.test(field.autocomplete);
const typedFields = (form) => [...form.elements].filter(isTyped);
const ownKeeper = (form) => form.matches("[data-entry], [data-passkey]") || (form.dataset.keep && form.closest("[data-submission]"));

// Two forms of a page that are sent to the same address differ by what is typed first.
function nameOf(form) {
  const address = new URL(form.getAttribute("action") || window.location.href, window.location.href);
  const written = [...form.elements].filter((field) => field.type === "hidden" && !VOLATILE.test(field.name)).map((field) => `${field.name}=${field.value}`);
  const first = typedFields(form).find((field) => !VOLATILE.test(field.name));
  return [address.pathname + address.search, ...written, ...(first ? [first.name] : [])].join("|");
}

const changed = (field) =>
  field.matches("select") ? [...field.options].some((option) => option.selected !== option.defaultSelected) && field.value !== ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value
  : /^(checkbox|radio)$/.test(field.type) ? field.checked !== field.defaultChecked
  : field.value !== field.defaultValue;

function valuesOf(fields) {
  return fields.filter((field) => !/^(checkbox|radio)$/.test(field.type) || field.checked).flatMap((field) => (field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value]));
}

function put(fields, values) {
  for (const field of fields) {
    if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (field.matches("select")) {
      if ([...field.options].some((option) => option.value === values[0])) field.value = values[0];
    } else field.value = values[0] ?? "";
  }
}

class KeptForm {
  constructor(form) {
    this.form = form;
    this.name = nameOf(form);
    this.touched = new Set();
    this.rows = new Set();
    this.tries = 0;
    form.addEventListener("input", (event) => this.note(event.target));
    form.addEventListener("change", (event) => this.note(event.target));
    form.addEventListener("submit", () => this.sent());
  }

  fields(name) {
    return typedFields(this.form).filter((field) => field.name === name);
  }

  note(field) {
    if (!isTyped(field)) return;
    this.touched.add(field.name);
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), 2000);
  }

  tell(words) {
    this.state ??= this.form.appendChild(Object.assign(document.createElement("p"), { className: "small muted kept-state", role: "status" }));
    this.state.textContent = words;
  }

  async keep() {
    clearTimeout(this.timer);
    if (!this.dirty || !this.touched.size) return;
    this.dirty = false;
    const said = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value, form: this.name, tab });
    for (const name of this.touched) {
      const values = valuesOf(this.fields(name));
      // Nothing chosen is told too, or what was chosen before would come back.
      for (const value of values.length ? values : [""]) said.append(`f:${name}`, value);
    }
    try {
      // A page that is being left still sends what it holds.
      const answer = await fetch(keeper.dataset.keeper, { method: "POST", body: said, headers: { Accept: "application/json", "X-Ayan-Keeps": "1" }, keepalive: said.toString().length < 60000, redirect: "manual" });
      if (answer.type === "opaqueredirect") {
        this.dirty = true;
        this.tell(keeper.dataset.over);
        return;
      }
      if (!answer.ok) throw new TypeError("not kept");
      const reply = await answer.json();
      this.tries = 0;
      if (reply.kept) {
        this.rows.add(reply.id);
        this.tell(keeper.dataset.kept);
      }
    } catch {
      this.dirty = true;
      this.tell(keeper.dataset.broken);
      this.timer = setTimeout(() => this.keep(), Math.min(60, 5 * 2 ** this.tries++) * 1000);
    }
  }

  // The form says as which one it was kept: once it is taken, nothing is offered again.
  sent() {
    clearTimeout(this.timer);
    this.dirty = false;
    for (const [name, value] of [["kept_form", this.name], ["kept_rows", [...this.rows].join(",")]]) {
      const field = this.form.querySelector(`input[name=${name}]`) ?? this.form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
      field.value = value;
    }
  }

  restore(rows) {
    const others = [];
    const back = new Map();
    for (const row of rows) {
      this.rows.add(row.id);
      for (const [name, values] of row.fields) {
        const before = back.get(name);
        if (before?.[0] && before.join("\n") !== values.join("\n")) others.push(before.join("\n"));
        back.set(name, values);
      }
    }
    let any = false;
    for (const [name, values] of back) {
      const fields = this.fields(name);
      // What is typed here already stays.
      if (!fields.length || this.touched.has(name)) continue;
      put(fields, values);
      this.touched.add(name);
      any ||= fields.some(changed);
    }
    if (!any && !others.length) return;
    for (let at = this.form.parentElement.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    const note = Object.assign(document.createElement("div"), { className: "banner info kept-back" });
    note.append(Object.assign(document.createElement("p"), { textContent: keeper.dataset.back }));
    if (others.length) {
      note.append(Object.assign(document.createElement("p"), { textContent: keeper.dataset.other }));
      for (const words of new Set(others)) note.append(Object.assign(document.createElement("pre"), { className: "typed", dir: "auto", textContent: words }));
    }
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "as-link", textContent: keeper.dataset.drop });
    drop.addEventListener("click", async () => {
      const said = new URLSearchParams({ csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
      for (const id of this.rows) said.append("forget", id);
      await fetch(keeper.dataset.keeper, { method: "POST", body: said, redirect: "manual" }).catch(() => null);
      clearTimeout(this.timer);
      this.form.reset();
      this.touched.clear();
      this.dirty = false;
      note.remove();
    });
    note.append(drop);
    this.form.prepend(note);
  }
}

const keptForms = !keeper ? [] : [...document.querySelectorAll("#main form")]
  .filter((form) => form.method === "post" && form.elements.csrfmiddlewaretoken && !ownKeeper(form) && typedFields(form).length)
  .map((form) => new KeptForm(form));

if (keptForms.length) {
  const asked = new URLSearchParams(keptForms.map((each) => ["form", each.name]));
  fetch(`${keeper.dataset.keeper}?${asked}`, { headers: { Accept: "application/json", "X-Ayan-Looks": "1" }, redirect: "manual" })
    .then((answer) => (answer.ok ? answer.json() : { forms: {} }))
    .then(({ forms }) => {
      for (const each of keptForms) if (forms[each.name]) each.restore(forms[each.name]);
      document.documentElement.dataset.keeping = String(keptForms.length);
    })
    .catch(() => {});
  const keepAll = () => keptForms.forEach((each) => each.keep());
  document.addEventListener("focusout", keepAll);
  window.addEventListener("pagehide", keepAll);
  window.addEventListener("online", keepAll);
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keepAll());
}
