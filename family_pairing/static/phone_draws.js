// The demo phone's screen is made anew from the state; nothing is ever put in as HTML.
"use strict";

function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function draw() {
  drawStatus();
  const screen = document.getElementById("phone-screen");
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.key : null;
  const top = screen.scrollTop;
  screen.replaceChildren(...screens[state.tab]());
  screen.scrollTop = top;
  if (focused) screen.querySelector(`[data-key="${focused}"]`)?.focus({ preventScroll: true });
  watchBoundary();
}

function drawStatus() {
  const step = present().step;
  const isCut = state.connection === "offline" || state.connection === "reconnecting";
  let text = ui[state.connection];
  if (isCut && step === "next") text = ui.stepped;
  if (isCut && step === "strictest") text = ui.strictest;
  const status = document.getElementById("phone-status");
  status.className = `phone-status is-${state.connection}`;
  const version = state.settings ? fill(ui.version, { version: state.settings.version }) : "";
  status.replaceChildren(el("span", { class: "dot" }), el("span", {}, text), el("span", { class: "phone-version" }, version));
}

const screens = {
  settings() {
    if (!state.settings || !state.catalogue) return [el("p", { class: "phone-note" }, ui.loading)];
    const { values } = present();
    return state.catalogue.groups.map((group) => {
      const controls = state.catalogue.controls.filter((each) => each.group === group.key && each.key in values);
      return el("section", { class: "phone-group" }, el("h2", {}, group.name), el("ul", {}, controls.map((each) => item(each, values[each.key]))));
    });
  },

  family() {
    if (!state.supervision) return [el("p", { class: "phone-note" }, ui.loading)];
    return [requestsCard(), ...parentCards(), pairingCard(), upcomingCard(), neverCard()].filter(Boolean);
  },

  history() {
    if (!state.history) return [el("p", { class: "phone-note" }, ui.loading)];
    return [el("ol", { class: "phone-tales" }, state.history.map(tale))];
  },

  help() {
    return state.help ? helpParts() : [el("p", { class: "phone-note" }, ui.loading)];
  },
};

function isSwitch(control) {
  return control.kind === "choice" && control.values.map((each) => each.value).sort().join() === "off,on";
}

function item(control, enforced) {
  const why = enforced.reasons.map((reason) => whyWords(control, enforced, reason)).filter(Boolean);
  const right = enforced.locked ? el("span", { class: "phone-right" }, rightWords(control, enforced)) : null;
  return el(
    "li",
    { class: "phone-item" },
    el("div", { class: "phone-line" }, el("h3", {}, control.name), knob(control, enforced)),
    el("p", {}, control.about_teen),
    el("p", { class: "phone-why" }, [...new Set(why)].join(" ")),
    askable(control, enforced) ? askButton(control) : right,
  );
}

function knob(control, enforced) {
  const value = valueWords(control, enforced.value);
  if (["windows", "amount", "severities", "topics"].includes(control.kind)) return el("strong", {}, value);
  if (!isSwitch(control)) {
    return el("button", { type: "button", class: "phone-pick", "data-key": control.key, onclick: () => openSheet(control.key) }, value);
  }
  const isStrictest = enforced.value === control.values[0].value;
  return el("button", {
    type: "button",
    role: "switch",
    class: "phone-switch",
    "data-key": control.key,
    "aria-checked": String(enforced.value === "on"),
    "aria-label": control.name,
    disabled: enforced.locked && isStrictest,
    onclick: () => choose(control.key, enforced.value === "on" ? "off" : "on"),
  });
}

async function choose(key, value) {
  try {
    if (value === null) await call("DELETE", `/v1/me/choices/${key}`);
    else await call("PUT", `/v1/me/choices/${key}`, { value });
    closeSheet();
  } catch (error) {
    sheetSays(error);
  }
  readSettings();
}

// The sheet: one control, or a refusal

async function openSheet(key) {
  const control = controlOf(key);
  const enforced = present().values[key];
  let said = null;
  try {
    if (isList(control)) said = await (await call("GET", `/v1/me/choices/${key}`)).json();
  } catch (error) {
    sheetSays(error);
    return;
  }
  const isMine = enforced.reasons.some((reason) => reason.code === "teen_choice" || reason.code === "needs_parent");
  const form = el("form", { onsubmit: (event) => sendSheet(event, control) }, el("h2", {}, control.name), el("p", {}, control.about_teen), said ? listFields(said) : fieldsOf(control, enforced));
  form.append(
    el("p", { class: "phone-refusal", role: "alert", id: "phone-refusal" }),
    el(
      "div",
      { class: "phone-actions" },
      el("button", { type: "submit", class: "button" }, ui.choose),
      isMine && el("button", { type: "button", class: "button quiet", onclick: () => choose(key, null) }, ui.take_back),
      el("button", { type: "button", class: "button quiet", onclick: closeSheet }, ui.close),
    ),
  );
  showSheet(form);
}

function isList(control) {
  return control.kind === "words" || control.kind === "accounts";
}

// The teen's own list can be changed; that of the parents is shown beside it.
function listFields(said) {
  const own = said.choices.flatMap((each) => each.value.items || []);
  const theirs = [...new Set(said.settings.flatMap((each) => (each.value.all ? [ui.everything] : each.value.items || [])))];
  return el(
    "div",
    {},
    el("label", {}, ui.own_list, el("textarea", { name: "items", rows: 5, spellcheck: "false" }, own.join("\n"))),
    theirs.length > 0 && el("p", {}, fill(ui.parents_list, { items: theirs.join(", ") })),
  );
}

function fieldsOf(control, enforced) {
  if (control.kind !== "choice") {
    const limit = control.kind === "minutes" ? enforced.value : Object.values(enforced.value)[0];
    return el("label", {}, ui.minutes_field, el("input", { type: "number", name: "minutes", min: 0, max: 1440, value: limit && limit.limited ? limit.minutes : "", required: true }));
  }
  const place = control.values.findIndex((each) => each.value === enforced.value);
  return el(
    "div",
    { class: "phone-options" },
    control.values.map((each, number) => {
      const isShut = enforced.locked && number > place;
      return el(
        "label",
        { class: isShut ? "is-shut" : "" },
        el("input", { type: "radio", name: "value", value: each.value, checked: number === place, disabled: isShut }),
        el("span", {}, each.name),
        isShut && el("small", {}, rightWords(control, enforced)),
      );
    }),
  );
}

function sendSheet(event, control) {
  event.preventDefault();
  const fields = event.target.elements;
  if (control.kind === "choice") return choose(control.key, fields.value.value);
  if (isList(control)) {
    const items = fields.items.value.split("\n").map((line) => line.trim()).filter(Boolean);
    return choose(control.key, { all: false, items });
  }
  const limit = { limited: true, minutes: Number(fields.minutes.value) };
  if (control.kind === "minutes") return choose(control.key, limit);
  return choose(control.key, Object.fromEntries(Object.keys(words.days).map((day) => [day, limit])));
}

function showSheet(content) {
  const sheet = document.getElementById("phone-sheet");
  sheet.replaceChildren(content);
  sheet.hidden = false;
  sheet.querySelector("input:checked, input, button")?.focus();
}

function closeSheet() {
  const sheet = document.getElementById("phone-sheet");
  sheet.hidden = true;
  sheet.replaceChildren();
}

function sheetSays(error) {
  const place = document.getElementById("phone-refusal");
  const text = refusalWords(error);
  if (place) place.textContent = text;
  else showSheet(el("div", {}, el("p", { role: "alert" }, text), el("button", { type: "button", class: "button", onclick: closeSheet }, ui.close)));
}
