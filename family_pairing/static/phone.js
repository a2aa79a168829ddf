// The demo phone: a client of the public API like any app. Its parts are in `phone_*.js`, read before this one.
"use strict";

function openTab(name) {
  state.tab = name;
  document.querySelectorAll("#phone-tabs button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tab === name)));
  closeSheet();
  draw();
  document.getElementById("phone-screen").scrollTop = 0;
  if (name === "family") readFamily().catch(connectionFailed);
  if (name === "history") readHistory().catch(connectionFailed);
  if (name === "help") readHelp().catch(connectionFailed);
}

async function start() {
  const kept = JSON.parse(localStorage.getItem(KEPT) || "null");
  if (kept) Object.assign(state, { settings: kept.settings, etag: kept.etag });
  document.getElementById("phone-tabs").addEventListener("click", (event) => event.target.dataset.tab && openTab(event.target.dataset.tab));
  document.addEventListener("keydown", (event) => event.key === "Escape" && closeSheet());
  // A network that changed has lost what was sent meanwhile, even where the old connection seems to live.
  for (const name of ["offline", "online"]) window.addEventListener(name, () => stream && stream.abort());
  draw();
  for (;;) {
    try {
      const answer = await fetch("/v1/controls", { headers: { "Accept-Language": language } });
      state.catalogue = await answer.json();
      break;
    } catch {
      await new Promise((resolve) => window.setTimeout(resolve, 2000));
    }
  }
  draw();
  listen();
}

start();
