// Puts a snapshot into the elements that wait for it: [data-live="resource/laser-1"] and its [data-live-field]s.
import { age, moment, now, number, soon } from "./times.js";

const SOON = 20 * 3600 * 1000;
const looks = document.getElementById("state-looks");

function look(code) {
  return looks?.content.querySelector(`[data-state="${CSS.escape(code)}"]`)?.cloneNode(true);
}

function pick(snapshot, path) {
  return path.split(".").reduce((value, key) => value?.[key], snapshot);
}

// What a value is called, where the page gives words: "relay 1", "off".
function word(place, value) {
  const words = JSON.parse(place.closest("[data-words]")?.dataset.words ?? "{}");
  const key = place.dataset.liveField.split(".").at(-2);
  return words[`${key} ${value}`] ?? words[value];
}

const draw = {
  state(place, value) {
    const fresh = look(String(value));
    if (!fresh) return;
    const badge = place.querySelector(".state");
    for (const css of ["bare", "large"]) fresh.classList.toggle(css, badge?.classList.contains(css) ?? false);
    if (badge?.dataset.state === fresh.dataset.state) return;
    badge ? badge.replaceWith(fresh) : place.append(fresh);
  },
  // An end a day away says nothing, except when the doors open again.
  until(place, value, snapshot) {
    const at = moment(value);
    const closed = snapshot.state === "closed";
    place.hidden = at === null || (!closed && at - now() > SOON);
    const words = closed ? place.dataset.wordsClosed : place.dataset.words;
    if (at) place.textContent = words.replace("{time}", soon(at));
  },
  since(place, value) {
    const at = moment(value);
    place.hidden = at === null;
    if (at) place.textContent = place.dataset.words.replace("{time}", soon(at));
  },
  age(place, value) {
    const at = moment(value);
    if (at === null) return;
    place.dataset.age = at.toISOString();
    place.textContent = age(at);
  },
  number(place, value) {
    const digits = place.dataset.digits === undefined ? undefined : Number(place.dataset.digits);
    const said = word(place, value);
    place.textContent = said ?? (typeof value === "number" ? number(value, digits) : (value ?? "–"));
  },
  // The server's sentence says more than a word; it stays for as long as its reason does.
  reason(place, value) {
    place.dataset.reason ??= value;
    if (place.dataset.reason === value) return;
    place.dataset.reason = value;
    place.textContent = word(place, value) ?? "";
  },
  meter(place, value) {
    if (typeof value === "number") place.value = value;
  },
  text(place, value) {
    place.textContent = value ?? place.dataset.none ?? "";
  },
  flag(place, value) {
    place.hidden = !value;
  },
};

function kindOf(place) {
  if (place.dataset.liveAs) return place.dataset.liveAs;
  return ["state", "status", "freshness"].includes(place.dataset.liveField) ? "state" : "number";
}

const newest = new Map();

export function show(topic, snapshot) {
  newest.set(topic, snapshot);
  for (const root of document.querySelectorAll(`[data-live="${CSS.escape(topic)}"]`)) {
    if (snapshot.state) root.dataset.state = snapshot.state;
    const places = [...root.querySelectorAll("[data-live-field]")];
    if (root.dataset.liveField) places.push(root);
    for (const place of places) {
      if (place.closest("[data-live]") !== root) continue;
      draw[kindOf(place)](place, pick(snapshot, place.dataset.liveField), snapshot);
    }
  }
}

// How many there are of something, as [data-count="selector"] asks.
export function count() {
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = document.querySelectorAll(place.dataset.count).length;
  }
}

// The watts of the whole lab: the sum of what stands in [data-sum="selector"], from the newest snapshots.
export function sum() {
  for (const place of document.querySelectorAll("[data-sum]")) {
    const parts = [...document.querySelectorAll(place.dataset.sum)];
    const values = parts.map((part) => {
      const snapshot = newest.get(part.closest("[data-live]").dataset.live);
      return snapshot && pick(snapshot, part.dataset.liveField);
    });
    const known = values.filter((value) => typeof value === "number");
    if (known.length) place.textContent = number(known.reduce((total, value) => total + value, 0), 0);
  }
}

// A part that the server drew again gets what the socket said last.
document.addEventListener("htmx:afterSettle", () => {
  for (const [topic, snapshot] of newest) show(topic, snapshot);
  count();
  sum();
});
