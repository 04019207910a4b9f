// The live socket as a bell: somebody came or went, something of this zone changed, the pictures went stale,
// the line is cut.
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;

let wait = FIRST_WAIT;

export function listen(zone, hears) {
  const url = new URL("/ws/live/", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  url.search = new URLSearchParams({ totem: zone, topics: "resource,zone" });
  const socket = new WebSocket(url);
  socket.addEventListener("message", (event) => {
    const frame = JSON.parse(event.data);
    wait = FIRST_WAIT;
    hears.stale(frame.stale ? frame.stale * 1000 : null);
    const changed = frame.full ? [] : Object.keys(frame.state);
    if (changed.some((topic) => topic.startsWith("zone/"))) hears.passed();
    if (changed.length) hears.changed();
  });
  socket.addEventListener("close", () => {
    hears.closed();
    setTimeout(() => listen(zone, hears), wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST_WAIT);
  });
}
