// Moments as people read them, always in the lab's zone, never in the browser's.
const root = document.documentElement;
export const LANGUAGE = root.lang || "fr";
export const ZONE = root.dataset.zone || "Europe/Paris";
const FRENCH = LANGUAGE.startsWith("fr");
const LOCALE = FRENCH ? "fr" : "en-GB"; // 24 hours, day before month

const parts = new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dates = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "short", day: "numeric", month: "short" });
const ages = new Intl.RelativeTimeFormat(LOCALE, { style: "short", numeric: "auto" });
const exact = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, dateStyle: "short", timeStyle: "medium" });

// The page's clock is the server's: the browser may be wrong, but it counts well.
const served = Date.parse(document.querySelector("[data-lab-clock]")?.dateTime ?? "") || Date.now();
const skew = served - (performance.timeOrigin + performance.now());
const BELIEVABLE = 5_000; // the page took its time to arrive: that is not a wrong clock

export function now() {
  const here = performance.timeOrigin + performance.now();
  return new Date(Math.abs(skew) > BELIEVABLE ? here + skew : here);
}

// The first of a month has a word of its own in French.
export const first = (said) => (FRENCH ? said.replace(/(?<=^|\s)1(?=\s)/, "1er") : said);

export function moment(value) {
  if (value === null || value === undefined || value === "") return null;
  const at = new Date(typeof value === "number" ? value * 1000 : value);
  return Number.isNaN(at.getTime()) ? null : at;
}

export function clock(at) {
  const [hours, minutes] = parts.format(at).split(":");
  if (!FRENCH) return `${hours}:${minutes}`;
  return minutes === "00" ? `${Number(hours)}\u00a0h` : `${Number(hours)}\u00a0h\u00a0${minutes}`;
}

const weekdays = new Intl.DateTimeFormat(LOCALE, { timeZone: ZONE, weekday: "short" });
const days = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE, dateStyle: "short" });
const sameDay = (one, other) => days.format(one) === days.format(other);

// The time of day, with the weekday in front when that day is not today.
export const soon = (at) => (sameDay(at, now()) ? clock(at) : `${weekdays.format(at)} ${clock(at)}`);
export const date = (at) => first(dates.format(at));
export const full = (at) => exact.format(at);

export function age(at) {
  const seconds = Math.max(0, Math.round((now() - at) / 1000));
  if (seconds < 60) return ages.format(-seconds, "second");
  if (seconds < 3600) return ages.format(-Math.floor(seconds / 60), "minute");
  if (seconds < 86_400) return ages.format(-Math.floor(seconds / 3600), "hour");
  return ages.format(-Math.floor(seconds / 86_400), "day");
}

export function number(value, digits) {
  if (Math.abs(value) >= 1e15) return Number(value.toPrecision(3)).toExponential().replace("-", "−"); // as devices/channel_words.py
  const wanted = digits ?? (Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
  const said = value.toLocaleString(LOCALE, { minimumFractionDigits: 0, maximumFractionDigits: wanted });
  return said.replace("-", "−");
}
