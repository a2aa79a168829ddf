// Small comforts; every page works without this file.
"use strict";

// The teen's link carries its token behind the #, where no server sees it; here it is offered in place of a code.
function offerLink() {
  const byLink = document.getElementById("by-link");
  const token = window.location.hash.slice(1);
  if (!byLink || token.length < 16) return;
  byLink.elements.token.value = token;
  byLink.hidden = false;
  document.getElementById("by-code").hidden = true;
  window.history.replaceState(null, "", window.location.pathname);
}

// Who scans the link without being signed in does that first: what stands behind the # goes along.
function carryLink() {
  const link = window.location.hash;
  if (document.getElementById("by-link") || !/^#[\w-]{16,64}$/.test(link)) return;
  for (const form of document.querySelectorAll(".entrance form, .languages")) form.action = form.getAttribute("action").split("#")[0] + link;
  for (const way of document.querySelectorAll(".entrance a")) way.hash = link;
}

// A code reads more easily with its dashes, as the app shows it.
function dashed(text) {
  const signs = text.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 14);
  return [signs.slice(0, 4), signs.slice(4, 9), signs.slice(9)].filter(Boolean).join("-");
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.closest(".big-code") && field.selectionEnd === field.value.length) field.value = dashed(field.value);
  // Typing minutes means a limit; choosing a moment means until that moment.
  const option = field.closest(".option");
  if (option && field.type === "number") option.querySelector("input[type=radio]").checked = true;
  if (field.name === "until_at") field.form.elements.lasts.value = "moment";
});

// Who leaves quickly leaves no entry behind: the way back does not lead here.
function leaveQuickly() {
  const way = document.querySelector("[data-leave]");
  if (way) window.location.replace(way.href);
  return Boolean(way);
}

document.addEventListener("click", (event) => event.target.closest("[data-leave]") && leaveQuickly() && event.preventDefault());
document.addEventListener("keydown", (event) => event.key === "Escape" && leaveQuickly());

// Nor does whoever has chosen something there before: what is shown next takes the place of what was shown.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-replaces]")) return;
  event.preventDefault();
  window.location.replace(`?${new URLSearchParams(new FormData(event.target))}`);
});

// An editor that is closed gives the focus back to what opened it.
document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close]");
  const slot = closer && closer.closest(".editor-slot");
  if (!slot) return;
  event.preventDefault();
  slot.replaceChildren();
  const opener = slot.closest(".row").querySelector("[id^=change-]");
  if (opener) opener.focus();
});

function trouble(isOn) {
  const line = document.getElementById("trouble");
  if (line) line.hidden = !isOn;
}

document.addEventListener("htmx:afterSwap", (event) => {
  trouble(false);
  const editor = event.target.matches(".editor-slot") && event.target.querySelector("form");
  if (editor) (editor.querySelector("[aria-invalid=true], input:checked, input:not([type=hidden])") || editor).focus();
});
// What was saved has replaced its row, and the button that was pressed with it.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  const row = document.getElementById(event.detail.target.id);
  const opener = document.activeElement === document.body && row && row.querySelector("[id^=change-]");
  if (!opener) return;
  opener.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
});
document.addEventListener("htmx:responseError", () => trouble(true));
document.addEventListener("htmx:sendError", (event) => {
  // A poll that fails is asked again by itself.
  if (event.detail.requestConfig.verb !== "get") trouble(true);
});

offerLink();
carryLink();
