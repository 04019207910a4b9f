// What stands on the screen: the day, the clock, and the facts of that day or of none.
import { LANGUAGE, ZONE, clock, first } from "../times.js";

const LOCALE = LANGUAGE.startsWith("fr") ? "fr" : "en-GB";
const days = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });
const names = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "long", day: "numeric", month: "long" });
const hours = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", hourCycle: "h23" });
const NIGHT = [21, 7];

const at = (id) => document.getElementById(id);
export const dayOf = (moment) => days.format(moment);
export const hourOf = (moment) => Number(hours.format(moment));
export const timeOf = (moment) => clock(new Date(moment));

export function showTime(moment) {
  const today = at("today");
  if (moment === null) {
    at("clock").textContent = "–";
    today.removeAttribute("datetime");
    today.textContent = "";
    return;
  }
  at("clock").textContent = timeOf(moment);
  at("clock").dateTime = new Date(moment).toISOString();
  today.dateTime = dayOf(moment);
  today.textContent = first(names.format(moment));
  const hour = hourOf(moment);
  document.documentElement.dataset.theme = hour >= NIGHT[0] || hour < NIGHT[1] ? "dark" : "";
}

// The facts of another page that the server has just made, in the place of these.
export function take(page) {
  for (const old of document.querySelectorAll("template[data-day]")) old.remove();
  at("facts").replaceWith(document.adoptNode(page.getElementById("facts")));
  const coming = [...page.querySelectorAll("template[data-day]")];
  at("facts").after(...coming.map((one) => document.adoptNode(one)));
}

export function drop() {
  at("facts").replaceChildren();
  at("facts").dataset.day = "";
  for (const old of document.querySelectorAll("template[data-day]")) old.remove();
}

// Only today is ever on the screen: yesterday's facts give way to today's, or to nothing.
export function turnTo(day) {
  const facts = at("facts");
  if (facts.dataset.day === day || !facts.dataset.day) return;
  const next = document.querySelector(`template[data-day="${day}"]`);
  facts.replaceChildren(...(next ? [next.content.cloneNode(true)] : []));
  facts.dataset.day = next ? day : "";
}

// What is over goes, also while nobody answers.
export function tidy(moment) {
  for (const place of document.querySelectorAll("#facts [data-ends]")) {
    place.hidden = Date.parse(place.dataset.ends) <= moment;
  }
}

export function reveal(known) {
  at("facts").hidden = !known || !at("facts").dataset.day;
}

export function say(words, since) {
  const place = at("stale");
  const text = words ? place.dataset[words].replace("{time}", since === null ? "" : timeOf(since)) : "";
  if (place.textContent !== text) place.textContent = text;
}
