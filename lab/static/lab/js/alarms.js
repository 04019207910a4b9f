// Open alarms in a manager's head: asked for again as soon as the live socket says that something changed, else
// every half minute; a new one is said once in a toast. There is no sound.
import { say } from "./toasts.js";

const mark = () => document.getElementById("alarm-mark");
let newest = Number(mark()?.dataset.newest ?? 0);
let known = null;

document.addEventListener("live:frame", (event) => {
  const shown = event.detail.state["alarm/open"];
  if (!shown) return;
  const now = `${shown.open} ${shown.waiting} ${shown.newest} ${shown.worst}`;
  if (known !== null && known !== now) window.htmx.trigger(mark(), "alarms");
  known = now;
});

document.addEventListener("htmx:afterSwap", () => {
  const place = mark();
  const last = Number(place?.dataset.newest ?? 0);
  if (!place || last <= newest) return;
  newest = last;
  say(place.dataset.said);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const place = mark();
  if (event.detail.elt !== place) return;
  document.body.dispatchEvent(new CustomEvent("alarms-changed", { bubbles: true }));
});
