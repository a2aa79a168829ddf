// The demo phone asks a parent: a value, more time today, an account off a list, the end of a pairing.
"use strict";

const HOW_MANY = 12;

async function readRequests() {
  const answer = await call("GET", `/v1/me/requests?limit=${HOW_MANY}`);
  state.requests = (await answer.json()).items;
}

// What can be asked for here: nothing where the age decides alone, or where the teen can choose alone
function askable(control, enforced) {
  const isParents = enforced.reasons.some((reason) => reason.code === "parent_setting");
  if (control.kind === "accounts") return isParents && enforced.value.items.length > 0;
  const asks = ["parent", "both"].includes(enforced.may_loosen) || isParents;
  return asks && enforced.locked && (control.kind === "choice" ? looser(control, enforced).length > 0 : ["minutes", "minutes_by_weekday"].includes(control.kind));
}

function looser(control, enforced) {
  const place = control.values.findIndex((each) => each.value === enforced.value);
  return control.values.slice(place + 1);
}

function askButton(control) {
  return el("button", { type: "button", class: "phone-right phone-ask", "data-key": `ask-${control.key}`, onclick: () => openAsk(control) }, ui.ask_parent);
}

function openAsk(control) {
  const enforced = present().values[control.key];
  const heading = control.kind === "minutes_by_weekday" ? ui.ask_time : fill(ui.ask_for, { control: control.name });
  showAsk(heading, askFields(control, enforced), (fields) => askBody(control, fields));
}

function openAskToLeave(parent) {
  const body = { kind: "leaving", pairing_id: parent.pairing_id };
  showAsk(fill(ui.ask_leave, { name: parent.display_name }), null, () => body);
}

function showAsk(heading, fields, bodyOf) {
  // One key for one sheet: pressing twice asks once.
  const key = crypto.randomUUID();
  const reason = el("label", {}, ui.ask_reason, el("input", { type: "text", name: "reason", maxlength: 280, autocomplete: "off" }));
  const actions = el(
    "div",
    { class: "phone-actions" },
    el("button", { type: "submit", class: "button" }, ui.ask_send),
    el("button", { type: "button", class: "button quiet", onclick: closeSheet }, ui.close),
  );
  const onsubmit = (event) => sendAsk(event, bodyOf, key);
  showSheet(el("form", { onsubmit }, el("h2", {}, heading), fields, reason, el("p", { class: "phone-refusal", role: "alert", id: "phone-refusal" }), actions));
}

function askFields(control, enforced) {
  if (control.kind === "accounts") {
    const items = enforced.value.items.map((item) => el("option", { value: item }, item));
    return el("label", {}, ui.ask_account, el("select", { name: "account" }, items));
  }
  if (control.kind !== "choice") {
    return el("label", {}, control.kind === "minutes" ? ui.minutes_field : ui.ask_total, el("input", { type: "number", name: "minutes", min: 0, max: 1440, required: true }));
  }
  const options = looser(control, enforced).map((each, number) =>
    el("label", {}, el("input", { type: "radio", name: "value", value: each.value, checked: number === 0 }), el("span", {}, each.name)),
  );
  return el("div", { class: "phone-options" }, options);
}

function askBody(control, fields) {
  if (control.kind === "accounts") return { kind: "account", account: fields.account.value };
  if (control.kind === "minutes_by_weekday") return { kind: "time", minutes: Number(fields.minutes.value) };
  if (control.kind === "minutes") return { kind: "control", control: control.key, value: { limited: true, minutes: Number(fields.minutes.value) } };
  return { kind: "control", control: control.key, value: fields.value.value };
}

async function sendAsk(event, bodyOf, key) {
  event.preventDefault();
  const fields = event.target.elements;
  try {
    await call("POST", "/v1/me/requests", { ...bodyOf(fields), reason: fields.reason.value }, { "Idempotency-Key": key });
    closeSheet();
    openTab("family");
  } catch (error) {
    sheetSays(error);
  }
}

// The list of what was asked, with what became of it

function requestsCard() {
  if (!state.requests || !state.requests.length) return null;
  return el("section", { class: "phone-card" }, el("h2", {}, ui.my_requests), state.requests.map(requestPart));
}

function requestPart(request) {
  const answers = request.answers.filter((answer) => answer.reason).map((answer) => el("p", {}, fill(ui.says, { name: answer.parent.display_name, reason: answer.reason })));
  const names = request.missing.map((each) => each.display_name).join(", ");
  const isOpen = request.state === "open";
  return el(
    "div",
    { class: "phone-request" },
    el("p", {}, el("strong", {}, requestWords(request))),
    el("p", { class: "phone-why" }, words.request_states[request.state] || request.state),
    isOpen && names && el("p", {}, fill(request.one_is_enough ? ui.one_of : ui.still_missing, { names })),
    answers,
    isOpen && el("button", { type: "button", class: "button small quiet", "data-key": `cancel-${request.id}`, onclick: () => cancelRequest(request) }, ui.cancel_request),
  );
}

function requestWords(request) {
  const control = request.control && controlOf(request.control);
  if (request.kind === "time") return fill(ui.asked_time, { value: minutesWords(Object.values(request.value)[0]) });
  if (request.kind === "account") return fill(ui.asked_account, { account: request.account });
  if (request.kind === "leaving") return ui.asked_leaving;
  return fill(ui.asked_control, { control: control ? control.name : request.control, value: control ? valueWords(control, request.value) : "" });
}

async function cancelRequest(request) {
  try {
    await call("POST", `/v1/me/requests/${request.id}/cancel`, {});
  } catch (error) {
    connectionFailed(error);
  }
  readFamily().catch(connectionFailed);
}
