// The screen at a zone's entrance. It asks for its own page again and again and takes the facts out of it;
// the live socket only says when to ask sooner. It never shows a day that it can't be sure of.
import * as clock from "./clock.js";
import * as screen from "./day.js";
import { greet } from "./greeting.js";
import { listen } from "./socket.js";

const ASK = 20_000;
const SOONEST = 3_000;
const PATIENCE = 10_000;
const QUIET = 45_000; // two questions without an answer
const HIDE = 15 * 60_000;
const REPORT = 60_000;
const DAY = 24 * 3_600_000;
const FRESH_AT = 4; // o'clock: once a day it begins anew

const { totem, release } = document.body.dataset;
let heard = null; // when the server answered last, by its own clock
let failed = false;
let picturesSince = null; // as the socket says
let asking = false;
let asked = 0; // by the stopwatch
let reported = { at: -REPORT, day: undefined };

async function ask() {
  if (asking) return;
  asking = true;
  asked = performance.now();
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 403 || answer.status === 404) return location.reload(); // no longer paired
    if (!answer.ok) throw new Error(answer.status);
    understand(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    failed = true;
  } finally {
    asking = false;
    look();
  }
}

function understand(page) {
  const told = page.body.dataset;
  if (told.totem !== totem) return location.reload();
  const old = performance.now() > DAY && screen.hourOf(Date.parse(told.now)) === FRESH_AT;
  if (told.release !== release || old) return location.reload(); // the server answers, so this is safe
  clock.set(Date.parse(told.now), performance.now() - asked);
  heard = clock.now();
  failed = false;
  screen.take(page);
}

function askSoon() {
  if (performance.now() - asked >= SOONEST) ask();
  else setTimeout(askSoon, SOONEST);
}

function look() {
  const now = clock.now();
  screen.showTime(now);
  if (now === null) screen.drop();
  else {
    screen.turnTo(screen.dayOf(now));
    screen.tidy(now);
  }
  const away = now === null || heard === null ? null : now - heard;
  const gone = failed || away === null || away > QUIET;
  const hide = now === null || (away !== null && away >= HIDE);
  screen.reveal(!hide);
  if (hide) screen.drop();
  if (gone && (now === null || heard === null)) screen.say(failed ? "never" : "", null);
  else if (gone) screen.say(hide || document.getElementById("facts").hidden ? "hidden" : "since", heard);
  else screen.say(picturesSince === null ? "" : "pictures", picturesSince);
  document.body.classList.toggle("is-stale", gone);
}

function tick() {
  if (clock.jumped()) {
    screen.drop();
    ask();
  } else if (performance.now() - asked >= ASK) ask();
  look();
  report();
}

// The server is told what really stands there.
async function report() {
  const day = document.getElementById("today").getAttribute("datetime");
  const due = performance.now() - reported.at >= REPORT;
  if (!due && day === reported.day) return;
  reported = { at: performance.now(), day };
  const body = JSON.stringify({ day });
  const signal = AbortSignal.timeout(PATIENCE);
  await fetch(`${location.pathname}shown/`, { method: "POST", body, signal }).catch(() => {});
}

clock.set(Date.parse(document.body.dataset.now));
heard = clock.now();
// A page that the browser kept from before is no news.
if (Math.abs(Date.now() - clock.now()) > 60_000) screen.drop();
addEventListener("offline", ask);
addEventListener("online", ask);
addEventListener("pageshow", (event) => event.persisted && location.reload());
listen(totem, {
  passed: greet,
  changed: askSoon,
  stale(since) {
    picturesSince = since;
    look();
  },
  closed: askSoon,
});
setInterval(tick, 1000);
look();
ask();
report();
