// The live socket: whole snapshots in, screen out. Reconnects by itself and says when it has nothing new.
import { clock, now } from "./times.js";
import { count, show, sum } from "./snapshots.js";

const QUIET = 12_000; // the server speaks at least every 5 s
const FIRST_WAIT = 500;
const LONGEST_WAIT = 15_000;

let socket = null;
let wait = FIRST_WAIT;
let sequence = 0;
let heardAt = null; // of the last frame
let staleSince = null; // as the server says

function topics() {
  const wanted = new Set((document.body.dataset.liveTopics ?? "").split(" ").filter(Boolean));
  for (const place of document.querySelectorAll("[data-live]")) wanted.add(place.dataset.live);
  const kinds = [...wanted].filter((topic) => !topic.includes("/"));
  return [...wanted].filter((topic) => kinds.includes(topic) || !kinds.includes(topic.split("/")[0]));
}

function connect() {
  const url = new URL("/ws/live/", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("topics", topics().join(","));
  socket = new WebSocket(url);
  socket.addEventListener("message", (event) => receive(JSON.parse(event.data)));
  socket.addEventListener("close", again);
}

function again() {
  socket = null;
  setTimeout(connect, wait * (0.5 + Math.random()));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function receive(frame) {
  if (!frame.full && frame.seq <= sequence) return;
  sequence = frame.seq;
  wait = FIRST_WAIT;
  heardAt = now();
  staleSince = frame.stale ? new Date(frame.stale * 1000) : null;
  for (const [topic, snapshot] of Object.entries(frame.state)) show(topic, snapshot);
  count();
  sum();
  document.dispatchEvent(new CustomEvent("live:frame", { detail: frame }));
  if (!frame.full) announce(Object.keys(frame.state));
  judge();
}

// Parts of a page that the server redraws listen to `live:resource from:body` and the like.
function announce(changed) {
  for (const kind of new Set(changed.map((topic) => topic.split("/")[0]))) {
    document.body.dispatchEvent(new CustomEvent(`live:${kind}`, { bubbles: true }));
  }
  const known = (topic) => document.querySelector(`[data-live="${CSS.escape(topic)}"]`);
  if (changed.some((topic) => topic.startsWith("device/") && !known(topic))) {
    document.body.dispatchEvent(new CustomEvent("live:newcomer", { bubbles: true }));
  }
}

function judge() {
  const banner = document.getElementById("stale");
  if (!banner) return;
  const quiet = heardAt === null ? performance.now() > QUIET : now() - heardAt > QUIET;
  const since = staleSince ?? (quiet ? heardAt : null);
  const stale = Boolean(staleSince) || quiet;
  const text = since ? banner.dataset.since.replace("{time}", clock(since)) : banner.dataset.never;
  const place = banner.querySelector("[data-stale-text]");
  if (stale && place.textContent !== text) place.textContent = text;
  if (!stale) place.textContent = "";
  banner.firstElementChild.hidden = !stale;
  document.body.classList.toggle("is-stale", stale);
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && socket === null) wait = FIRST_WAIT;
});

connect();
setInterval(judge, 1000);
