// Puts a snapshot into the elements that wait for it: [data-live="resource/laser-1"] and its [data-live-field]s.
import { age, clock, moment, number } from "./times.js";

const looks = document.getElementById("state-looks");

function look(code) {
  return looks?.content.querySelector(`[data-state="${CSS.escape(code)}"]`)?.cloneNode(true);
}

function pick(snapshot, path) {
  return path.split(".").reduce((value, key) => value?.[key], snapshot);
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
  clock(place, value) {
    const at = moment(value);
    place.hidden = at === null;
    if (at) place.textContent = (place.dataset.words ?? "{time}").replace("{time}", clock(at));
  },
  age(place, value) {
    const at = moment(value);
    if (at === null) return;
    place.dataset.age = at.toISOString();
    place.textContent = age(at);
  },
  number(place, value) {
    const digits = place.dataset.digits === undefined ? undefined : Number(place.dataset.digits);
    place.textContent = typeof value === "number" ? number(value, digits) : (value ?? "–");
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

export function show(topic, snapshot) {
  for (const root of document.querySelectorAll(`[data-live="${CSS.escape(topic)}"]`)) {
    if (snapshot.state) root.dataset.state = snapshot.state;
    const places = [...root.querySelectorAll("[data-live-field]")];
    if (root.dataset.liveField) places.push(root);
    for (const place of places) {
      if (place.closest("[data-live]") !== root) continue;
      draw[kindOf(place)](place, pick(snapshot, place.dataset.liveField));
    }
  }
}
