// Who supervises the teen, pairing and leaving, and the history.
"use strict";

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

// What changes next without anybody acting, in the words that parents read.
function upcomingCard() {
  if (!state.upcoming) return null;
  const changes = state.upcoming.changes.map((change) =>
    el("li", {}, el("strong", {}, change.words.headline), change.words.sentences.map((sentence) => el("p", {}, sentence)), movedList(change)),
  );
  return el(
    "section",
    { class: "phone-card" },
    el("h2", {}, ui.changes_next),
    changes.length ? el("ul", {}, changes) : el("p", {}, ui.nothing_next),
    el("p", { class: "phone-note" }, ui.told_before),
  );
}

function movedList(change) {
  const lines = change.changes.map((moved) => {
    const control = controlOf(moved.key);
    return control && el("li", {}, fill(ui.changes_to, { control: control.name, from: valueWords(control, moved.from), to: valueWords(control, moved.to) }));
  });
  return lines.length ? el("details", {}, el("summary", {}, ui.what_exactly), el("ul", {}, lines.filter(Boolean))) : el("span", {});
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
  const sentences = entry.change ? [changeWords(entry)] : entry.said.length ? entry.said.map((said) => saidWords(said, actor)) : [fill(words.events[entry.kind] || words.event_otherwise, { actor, teen: words.you, kind: entry.kind })];
  return el("li", {}, el("time", { datetime: entry.at }, moment(entry.at)), sentences.map((sentence) => el("p", {}, sentence)));
}

function changeWords(entry) {
  const causes = entry.change.causes.map((cause) => fill(words.causes[cause.kind] || words.cause_otherwise, { ...cause, title: words.laws[cause.key] || cause.title })).join(", ");
  const day = new Date(entry.change.at).toLocaleDateString(language, { dateStyle: "long", timeZone: state.settings ? state.settings.time_zone : undefined });
  return fill(words.told[entry.kind], { change: fill(words.headline, { moment: day, causes }) });
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
