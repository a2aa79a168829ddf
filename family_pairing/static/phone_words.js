// What the demo phone says: values, moments and refusals in the words of the catalogue.
"use strict";

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
