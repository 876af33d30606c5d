// At a desk: tells the program that a page is open, sends files as soon as they are there, shows how far the work is.
// Everything works without this file, but for the dropping of files.
"use strict";
(() => {
  // The program ends a while after the last page is closed.
  let unheard = 0;
  const gone = () => {
    if (document.getElementById("gone")) return;
    const notice = document.createElement("p");
    notice.id = "gone";
    notice.className = "notice bad";
    notice.setAttribute("role", "alert");
    notice.textContent = document.body.dataset.gone;
    document.getElementById("main").prepend(notice);
  };
  const alive = async () => {
    try {
      await fetch("/start/alive", { method: "POST" });
      unheard = 0;
    } catch {
      unheard += 1;
      if (unheard > 1) gone();
    }
  };
  alive();
  setInterval(alive, 10000);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) alive();
  });
  window.addEventListener("pagehide", () => navigator.sendBeacon("/start/leaving"));

  // How far the work is; at its end, the page that follows.
  const part = document.querySelector("[data-poll]");
  const turn = async () => {
    try {
      const reply = await fetch(part.dataset.poll);
      if (!reply.ok || reply.redirected) {
        location.reload();
        return;
      }
      part.innerHTML = await reply.text();
      if (part.querySelector("[data-done]")) {
        location.replace(part.dataset.next);
        return;
      }
    } catch {
      // The program is gone, which is told above, or busy.
    }
    setTimeout(turn, 700);
  };
  if (part) setTimeout(turn, 500);

  // Files go as soon as they are chosen or dropped.
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  document.documentElement.classList.add("scripted");
  const send = (input) => {
    if (input.files.length === 0) return;
    for (const other of form.querySelectorAll("[data-send]")) other.disabled = other !== input;
    form.querySelector("[data-idle]").hidden = true;
    form.querySelector("[data-busy]").hidden = false;
    form.requestSubmit();
  };
  for (const input of form.querySelectorAll("[data-send]")) {
    input.addEventListener("change", () => send(input));
  }
  const first = form.querySelector("[data-send]");
  const over = (on) => form.classList.toggle("over", on);
  // Anywhere on the page: what is dropped beside the field must not be opened by the browser.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) over(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    over(false);
    first.files = event.dataTransfer.files;
    send(first);
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
})();
