// Open alarms in a manager's head: asked for again as soon as the live socket says that something changed, else
// every half minute; a new one is said once in a toast. There is no sound.
import { say } from "./toasts.js";

const mark = () => document.getElementById("alarm-mark");
const state = (place) => `${place?.dataset.open} ${place?.dataset.waiting} ${place?.dataset.newest}`;
let newest = Number(mark()?.dataset.newest ?? 0);
let shown = state(mark());
let heard = null;

document.addEventListener("live:frame", (event) => {
  const picture = event.detail.state["alarm/open"];
  if (!picture) return;
  const now = `${picture.open} ${picture.waiting} ${picture.newest} ${picture.worst}`;
  if (heard !== null && heard !== now) window.htmx.trigger(mark(), "alarms");
  heard = now;
});

// The answer to that: what else on the page is about alarms asks again, too.
document.addEventListener("htmx:afterSettle", () => {
  const place = mark();
  if (!place || state(place) === shown) return;
  shown = state(place);
  document.body.dispatchEvent(new CustomEvent("alarms-changed", { bubbles: true }));
  const last = Number(place.dataset.newest);
  if (last > newest) say(place.dataset.said);
  newest = Math.max(newest, last);
});
