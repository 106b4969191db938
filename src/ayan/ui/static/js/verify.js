// Measures a chosen file on the reader's own device, so that it need not be sent.
"use strict";
{
  const form = document.querySelector("[data-verify]");
  const box = form?.querySelector("input[type=file]");
  const hint = document.getElementById("file-hint");
  const most = 1024 ** 3;
  if (form && box && globalThis.crypto?.subtle) {
    hint.textContent = hint.dataset.here;
    form.addEventListener("submit", async (event) => {
      const file = box.files[0];
      if (!file || file.size > most) return;
      event.preventDefault();
      form.setAttribute("aria-busy", "true");
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const asked = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("");
      location.assign(`${form.action}?q=${asked}`);
    });
  }
}
