// The demo phone: a client of the public API like any app. It keeps the last settings, listens, obeys and says so.
"use strict";

const setup = JSON.parse(document.getElementById("phone-setup").textContent);
const words = JSON.parse(document.getElementById("phone-words").textContent);
const ui = words.ui;
const language = document.documentElement.lang || "en";
const KEPT = `fp-phone-${setup.id}`;
const APP_VERSION = "demo-1";
const A_DAY = 86400000;

const state = {
  tab: "settings",
  connection: "reconnecting",
  catalogue: null,
  etag: null,
  settings: null,
  supervision: null,
  requests: null,
  history: null,
  pairing: null,
  answer: "",
  leaving: null,
  applied: null,
};

// The API

async function call(method, path, body, headers = {}, signal = undefined) {
  const options = { method, headers: { Authorization: `Bearer ${setup.token}`, ...headers }, cache: "no-store", signal };
  if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  const answer = await fetch(path, options);
  if (answer.status === 401) throw new Refused(401, {});
  if (!answer.ok && answer.status !== 304) {
    const wait = Number(answer.headers.get("Retry-After")) || 0;
    throw new Refused(answer.status, await answer.json().catch(() => ({})), wait);
  }
  return answer;
}

class Refused extends Error {
  constructor(status, problem, wait = 0) {
    super(problem.code || String(status));
    this.wait = wait;
    this.status = status;
    this.problem = problem;
  }
}

let reading = null;
let again = false;

// One read at a time; what happens meanwhile asks for one more.
async function readSettings() {
  if (reading) {
    again = true;
    return reading;
  }
  reading = readOnce().finally(() => {
    reading = null;
    if (again) {
      again = false;
      readSettings();
    }
  });
  return reading;
}

async function readOnce() {
  try {
    const answer = await call("GET", "/v1/me/settings", undefined, state.etag ? { "If-None-Match": state.etag } : {});
    if (answer.status === 200) {
      state.settings = await answer.json();
      state.etag = answer.headers.get("ETag");
      localStorage.setItem(KEPT, JSON.stringify({ settings: state.settings, etag: state.etag }));
    }
    draw();
    await sayApplied();
  } catch (error) {
    connectionFailed(error);
    // Too many, or not just now: once more when the answer says so.
    if (error instanceof Refused && error.wait) window.setTimeout(readSettings, error.wait * 1000);
  }
}

// What is drawn is what is enforced here; only then the parent's page may say so.
async function sayApplied() {
  const version = state.settings.version;
  if (state.applied === version) return;
  await call("PUT", "/v1/me/applied", { version, app_version: APP_VERSION });
  state.applied = version;
}

async function readFamily() {
  const answer = await call("GET", "/v1/me/supervision");
  state.supervision = await answer.json();
  await readRequests();
  draw();
}

async function readHistory() {
  const answer = await call("GET", "/v1/me/history");
  state.history = (await answer.json()).items;
  draw();
}

// The stream says only "read again"

async function listen() {
  for (;;) {
    try {
      await listenOnce();
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        setConnection("signed_out");
        return;
      }
    }
    setConnection(navigator.onLine ? "reconnecting" : "offline");
    await new Promise((resolve) => window.setTimeout(resolve, 1000 + Math.random() * 2000));
  }
}

let stream = null;

async function listenOnce() {
  stream = new AbortController();
  const answer = await call("GET", "/ofrep/v1/stream", undefined, {}, stream.signal);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  setConnection("live");
  readSettings();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const frames = text.split("\n\n");
    text = frames.pop();
    if (frames.some((frame) => frame.includes("data:"))) news();
  }
}

function news() {
  readSettings();
  if (state.tab === "family") readFamily().catch(connectionFailed);
  if (state.tab === "history") readHistory().catch(connectionFailed);
}

function connectionFailed(error) {
  if (error instanceof Refused && error.status === 401) setConnection("signed_out");
  else if (!(error instanceof Refused)) setConnection("offline");
}

function setConnection(name) {
  if (state.connection === name) return;
  state.connection = name;
  draw();
}

// What applies here now: the last that was read, the next after its time, the strictest after that

function present() {
  const kept = state.settings;
  if (!kept) return { values: {}, step: "none" };
  const now = Date.now();
  if (!kept.valid_until || now < Date.parse(kept.valid_until)) return { values: kept.settings, step: "now" };
  const next = kept.next;
  if (next && (!next.valid_until || now < Date.parse(next.valid_until))) return { values: next.settings, step: "next" };
  return { values: strictest(kept.settings), step: "strictest" };
}

function strictest(settings) {
  const values = {};
  for (const [key, enforced] of Object.entries(settings)) {
    const control = controlOf(key);
    const isOpen = control && control.availability;
    const value = control && control.values.length && !isOpen ? control.values[0].value : isOpen ? enforced.value : null;
    values[key] = { ...enforced, value, locked: true };
  }
  return values;
}

let boundary = null;

function watchBoundary() {
  window.clearTimeout(boundary);
  const times = [state.settings && state.settings.valid_until, state.settings && state.settings.next && state.settings.next.valid_until];
  const ahead = times.filter(Boolean).map((time) => Date.parse(time) - Date.now()).filter((wait) => wait > 0);
  if (!ahead.length) return;
  // A timer holds 24 days at most: a boundary further away is looked for again after one.
  const wait = Math.min(...ahead) + 50;
  boundary = window.setTimeout(wait <= A_DAY ? stepOver : watchBoundary, Math.min(wait, A_DAY));
}

function stepOver() {
  draw();
  readSettings();
}

// Words

function controlOf(key) {
  return state.catalogue && state.catalogue.controls.find((control) => control.key === key);
}

function fill(sentence, names) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in names ? names[name] : whole));
}

function moment(text) {
  return new Date(text).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
}

function minutesWords(value) {
  if (!value.limited) return ui.no_limit;
  if (value.minutes < 60) return fill(ui.minutes, { minutes: value.minutes });
  if (value.minutes % 60 === 0) return fill(ui.hours_only, { hours: value.minutes / 60 });
  return fill(ui.hours, { hours: Math.floor(value.minutes / 60), minutes: value.minutes % 60 });
}

function daysWords(days) {
  const order = Object.keys(words.days);
  if (days.length === order.length) return ui.all_days;
  const first = order.indexOf(days[0]);
  if (days.length > 2 && days.every((day, place) => day === order[first + place])) {
    return fill(ui.day_run, { first: words.days[days[0]], last: words.days[days[days.length - 1]] });
  }
  return days.map((day) => words.days[day]).join(", ");
}

function weekWords(value) {
  const runs = [];
  for (const day of Object.keys(words.days).filter((each) => each in value)) {
    const time = minutesWords(value[day]);
    const last = runs[runs.length - 1];
    if (last && last.time === time) last.days.push(day);
    else runs.push({ time, days: [day] });
  }
  if (runs.length === 1 && runs[0].days.length === 7) return fill(ui.every_day, { time: runs[0].time });
  return runs.map((run) => fill(ui.day_line, { days: daysWords(run.days), time: run.time })).join("; ") || ui.no_limit;
}

const writers = {
  choice: (control, value) => (control.values.find((each) => each.value === value) || { name: ui.strictest_value }).name,
  minutes: (_control, value) => minutesWords(value),
  minutes_by_weekday: (_control, value) => weekWords(value),
  windows: (_control, value) =>
    value.windows.map((each) => fill(ui.window_line, { days: daysWords(each.days), start: each.from, end: each.until })).join("; ") || ui.nothing,
  words: (_control, value) => listWords(value),
  accounts: (_control, value) => listWords(value),
  topics: (_control, value) => (value.all ? ui.everything : ui.as_usual),
  severities: (_control, value) => fill(ui.by_strength, { count: Object.values(value).filter((each) => each === 0).length }),
  amount: (_control, value) => (value.limited ? amountWords(value) : ui.no_limit),
};

function amountWords(value) {
  const money = new Intl.NumberFormat(language, { style: "currency", currency: value.currency });
  // Of most currencies a hundredth is the smallest part, of some there is none smaller.
  const sum = Number(value.minor_units) / 10 ** money.resolvedOptions().maximumFractionDigits;
  return Number(value.minor_units) ? fill(ui.a_month, { sum: money.format(sum) }) : ui.none_at_all;
}

function listWords(value) {
  if (value.all) return ui.everything;
  if (value.items.length && value.items.length < 4) return value.items.join(", ");
  return value.items.length ? fill(ui.entries, { count: value.items.length }) : ui.nothing;
}

function valueWords(control, value) {
  return value === null || value === undefined ? ui.strictest_value : writers[control.kind](control, value);
}

function whyWords(control, enforced, reason) {
  const isEmpty = control.kind === "windows" && enforced.value && !enforced.value.windows.length;
  return isEmpty && reason.code === "loosest" ? ui.nobody_added : state.catalogue.reasons[reason.code];
}

function rightWords(control, enforced) {
  const isJoined = ["windows", "words", "accounts"].includes(control.kind) && enforced.may_loosen === "nobody";
  return state.catalogue.may_loosen[isJoined ? "nobody_joined" : enforced.may_loosen];
}

// A refusal is a code: its words come with the catalogue, in the language of this phone.
function refusalWords(error) {
  const code = error instanceof Refused ? error.problem.code : "";
  return (state.catalogue && state.catalogue.problems[code]) || ui.not_now;
}

// Drawing: the screen is made anew from the state; nothing is ever put in as HTML

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
    return [requestsCard(), ...parentCards(), pairingCard(), neverCard()].filter(Boolean);
  },

  history() {
    if (!state.history) return [el("p", { class: "phone-note" }, ui.loading)];
    return [el("ol", { class: "phone-tales" }, state.history.map(tale))];
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

// Family: who supervises, pairing, leaving

function parentCards() {
  if (!state.supervision.supervised) return [el("p", { class: "phone-note" }, ui.nobody_supervises)];
  return state.supervision.parents.map((parent) => {
    const open = parent.can_change.filter((each) => each.direction === "either").length;
    const sees = parent.can_see.map((code) => el("li", {}, words.can_see[code] || code));
    return el(
      "section",
      { class: "phone-card" },
      el("h2", {}, fill(ui.supervises, { name: parent.display_name })),
      el("p", {}, fill(ui.since, { moment: moment(parent.since) })),
      el("p", {}, parent.proof === "none" ? ui.unverified : ui.verified),
      el("p", {}, fill(ui.can_change, { open, all: parent.can_change.length })),
      el("p", {}, ui.sees),
      el("ul", {}, sees),
      parent.ending ? el("p", { class: "phone-why" }, ui.is_ending) : leaving(parent),
    );
  });
}

function leaving(parent) {
  const open = () => {
    state.leaving = state.leaving === parent.pairing_id ? null : parent.pairing_id;
    draw();
  };
  if (state.leaving !== parent.pairing_id) return el("button", { type: "button", class: "button quiet", onclick: open }, ui.leave);
  return el(
    "div",
    { class: "phone-actions" },
    el("p", {}, fill(ui.leave_sure, { name: parent.display_name })),
    el("button", { type: "button", class: "button danger", onclick: () => act(`/v1/pairings/${parent.pairing_id}/end`) }, ui.leave_yes),
    el("button", { type: "button", class: "button quiet", onclick: () => openAskToLeave(parent) }, fill(ui.leave_ask, { name: parent.display_name })),
    el("button", { type: "button", class: "button quiet", onclick: open }, ui.stay),
  );
}

function pairingCard() {
  const pairing = state.pairing;
  const card = el("section", { class: "phone-card", "aria-live": "polite" });
  if (state.answer) card.append(el("p", { class: "phone-why" }, state.answer));
  if (!pairing) card.append(el("button", { type: "button", class: "button", onclick: startPairing }, ui.pair));
  else if (pairing.state === "invited") card.append(...codeParts(pairing));
  else if (pairing.state === "claimed") card.append(...claimParts(pairing));
  return card;
}

function codeParts(pairing) {
  return [
    el("h2", {}, ui.code_is),
    // The answer to the start is the only one with the picture, and with the link that it holds.
    pairing.qr_image && el("a", { class: "phone-qr", href: pairing.qr, target: "_blank", rel: "noopener" }, el("img", { src: pairing.qr_image, alt: ui.qr_is })),
    el("p", { class: "phone-code" }, pairing.code || "…"),
    el("p", {}, fill(ui.code_how, { moment: new Date(pairing.expires_at).toLocaleTimeString(language, { timeStyle: "short" }) })),
    el("button", { type: "button", class: "button quiet", onclick: () => act(`/v1/pairings/${pairing.id}/cancel`) }, ui.code_cancel),
  ].filter(Boolean);
}

function claimParts(pairing) {
  const parent = pairing.parent;
  const sentence = [ui.wants_new, ui.wants_day][parent.account_age_days] || ui.wants_who;
  return [
    el("h2", {}, fill(ui.wants, { name: parent.display_name })),
    el("p", {}, fill(sentence, { email: parent.email_masked, days: parent.account_age_days })),
    el("p", {}, ui.wants_what),
    el(
      "div",
      { class: "phone-actions" },
      el("button", { type: "button", class: "button", onclick: () => act(`/v1/pairings/${pairing.id}/confirm`, { parent_id: parent.id }) }, ui.confirm),
      el("button", { type: "button", class: "button quiet", onclick: () => act(`/v1/pairings/${pairing.id}/decline`) }, ui.decline),
    ),
  ];
}

function neverCard() {
  const list = state.supervision.never.map((code) => el("li", {}, words.never[code] || code));
  return el("section", { class: "phone-card is-calm" }, el("h2", {}, ui.never_sees), el("ul", {}, list));
}

async function startPairing() {
  state.answer = "";
  try {
    const answer = await call("POST", "/v1/pairings", {}, { "Idempotency-Key": crypto.randomUUID() });
    state.pairing = await answer.json();
    poll();
  } catch (error) {
    state.answer = refusalWords(error);
  }
  draw();
}

let polling = null;

// The answer says how often to ask; the demo asks a little more often, and at once when the stream has news.
function poll() {
  window.clearTimeout(polling);
  polling = window.setTimeout(askPairing, 2000);
}

async function askPairing() {
  if (!state.pairing) return;
  try {
    const answer = await call("GET", `/v1/pairings/${state.pairing.id}`);
    follow({ ...shownOnce(), ...(await answer.json()) });
  } catch (error) {
    connectionFailed(error);
    if (error instanceof Refused) state.pairing = null;
    else poll();
  }
  draw();
}

// What only the start was answered.
function shownOnce() {
  const { code, qr, qr_image } = state.pairing;
  return { code, qr, qr_image };
}

function follow(pairing) {
  if (["invited", "claimed"].includes(pairing.state)) {
    state.pairing = pairing;
    poll();
    return;
  }
  state.answer = words.states[pairing.state];
  state.pairing = null;
  readFamily().catch(connectionFailed);
}

async function act(path, body = {}) {
  state.leaving = null;
  try {
    const answer = await call("POST", path, body);
    const pairing = await answer.json();
    if (state.pairing && pairing.id === state.pairing.id) follow({ ...shownOnce(), ...pairing });
    await readFamily();
  } catch (error) {
    state.answer = refusalWords(error);
    connectionFailed(error);
  }
  draw();
}

// History

function tale(entry) {
  const actor = actorOf(entry.actor);
  const sentences = entry.said.length ? entry.said.map((said) => saidWords(said, actor)) : [fill(words.events[entry.kind] || words.event_otherwise, { actor, teen: words.you, kind: entry.kind })];
  return el("li", {}, el("time", { datetime: entry.at }, moment(entry.at)), sentences.map((sentence) => el("p", {}, sentence)));
}

function actorOf(actor) {
  if (actor.kind === "teen") return words.you;
  return actor.display_name || words.actors[actor.kind];
}

function saidWords(said, actor) {
  const control = controlOf(said.key);
  if (!control) return said.key;
  if (said.value === null) return fill(words.took_back, { actor, control: control.name });
  const names = { actor, control: control.name, value: valueWords(control, said.value) };
  return said.until ? fill(words.said_until, { ...names, until: moment(said.until) }) : fill(words.said, names);
}

// Start

function openTab(name) {
  state.tab = name;
  document.querySelectorAll("#phone-tabs button").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.tab === name)));
  closeSheet();
  draw();
  document.getElementById("phone-screen").scrollTop = 0;
  if (name === "family") readFamily().catch(connectionFailed);
  if (name === "history") readHistory().catch(connectionFailed);
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
