// Shortcuts. Everything works without this file; it only presses what is on the page.
"use strict";
(() => {
  const typing = (node) =>
    node instanceof HTMLElement && (node.isContentEditable || ["INPUT", "SELECT", "TEXTAREA"].includes(node.tagName));
  const help = document.getElementById("keys");
  const rows = () => Array.from(document.querySelectorAll("a.row"));

  const step = (by) => {
    const all = rows();
    if (all.length === 0) return false;
    const at = all.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[to].focus();
    all[to].scrollIntoView({ block: "nearest" });
    return true;
  };

  const press = (key) => {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    if (typing(target)) {
      target.focus();
      if (target.select) target.select();
    } else {
      target.click();
    }
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat) return;
    if (event.key === "Escape" && typing(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (typing(event.target) || (help && help.open)) return;
    const key = event.key.toLowerCase();
    let done = false;
    if (key === "?" && help) {
      help.showModal();
      done = true;
    } else if (key === "j" || key === "k") {
      done = press(key) || step(key === "j" ? 1 : -1);
    } else if (/^[a-z0-9/]$/.test(key)) {
      done = press(key);
    }
    if (done) event.preventDefault();
  });

  // A form is sent once, however often its button is pressed.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "dialog" || event.target.action.includes("/export") || "again" in event.target.dataset) return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.forms) delete form.dataset.sent;
  });
})();
