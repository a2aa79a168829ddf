// Help on the demo phone: lines that listen where the teen lives. Nothing of it is kept here, and no parent is told.
"use strict";

async function readHelp() {
  const answer = await call("GET", "/v1/me/help");
  state.help = await answer.json();
  draw();
}

function helpParts() {
  const { emergency, helplines, elsewhere } = state.help;
  return [
    el("p", { class: "phone-note" }, ui.help_untold),
    emergency.length > 0 && el("section", { class: "phone-card is-urgent" }, el("h2", {}, ui.help_danger), el("div", { class: "phone-actions" }, emergency.map(callButton))),
    helplines.length > 0 && el("section", { class: "phone-card" }, el("h2", {}, ui.help_listens), el("ul", { class: "phone-lines" }, helplines.map(lineItem))),
    elsewhere.length > 0 &&
      el("section", { class: "phone-card" }, el("h2", {}, ui.help_world), el("p", {}, helplines.length ? ui.help_doubt : ui.help_none_here), el("ul", { class: "phone-lines" }, elsewhere.map(lineItem))),
  ].filter(Boolean);
}

function callButton(each) {
  return el("a", { class: "button", href: each.call }, fill(ui.help_call, { number: each.number }));
}

function lineItem(line) {
  return el(
    "li",
    {},
    el("h3", {}, line.name),
    el("p", { class: "phone-why" }, [hoursWords(line), languagesWords(line)].filter(Boolean).join(" · ")),
    el(
      "div",
      { class: "phone-actions" },
      line.call && callButton(line),
      line.write && el("a", { class: "button quiet", href: line.write }, fill(ui.help_write, { number: line.write.replace(/^sms:|\?.*$/g, "") })),
      line.url && el("a", { class: "button quiet", href: line.url, target: "_blank", rel: "noopener noreferrer", "aria-label": fill(ui.help_site_of, { name: line.name }) }, ui.help_site),
    ),
  );
}

function hoursWords(line) {
  if (!line.hours) return "";
  if (line.hours.always) return ui.help_always;
  const hours = writers.windows(null, line.hours);
  return line.open ? hours : fill(ui.help_closed, { hours });
}

function languagesWords(line) {
  const names = new Intl.DisplayNames([language], { type: "language" });
  return line.languages.map((each) => names.of(each)).join(", ");
}
