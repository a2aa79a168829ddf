// The demo phone reads, listens and obeys: the last settings are kept, the next come in time, the strictest hold after that.
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
  upcoming: null,
  requests: null,
  history: null,
  help: null,
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
  const ahead = await call("GET", "/v1/me/upcoming", undefined, { "Accept-Language": language });
  state.upcoming = await ahead.json();
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
