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
    for (const one of list ?? []) one.id = bytes(one.id);
  return asked;
}

function answer(made) {
  const response = { clientDataJSON: text(made.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"])
    if (made.response[name]) response[name] = text(made.response[name]);
  if (made.response.getTransports) response.transports = made.response.getTransports();
  return {
    type: made.type,
    id: made.id,
    rawId: text(made.rawId),
    authenticatorAttachment: made.authenticatorAttachment,
    clientExtensionResults: made.getClientExtensionResults(),
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
      const made = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = JSON.stringify(answer(made));
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
      if (![...document.querySelectorAll("textarea, input:not([type=hidden])")].some((one) => one.value !== one.defaultValue)) window.location.assign(`${idle.dataset.over}?over=1`);
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
