// Takes a file that is dropped on the form, and measures on the reader's own device one that is too large to be compared.
"use strict";
{
  const form = document.querySelector("[data-verify]");
  const box = form?.querySelector("input[type=file]");
  const most = 1024 ** 3;
  if (form && box) {
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      box.files = event.dataTransfer.files;
      form.requestSubmit();
    });
    form.addEventListener("submit", async (event) => {
      const file = box.files[0];
      form.setAttribute("aria-busy", "true");
      if (!file || file.size <= Number(form.dataset.verify) || file.size > most || !globalThis.crypto?.subtle) return;
      event.preventDefault();
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
      const asked = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
      location.assign(`${form.action}?q=${asked}`);
    });
  }
}
