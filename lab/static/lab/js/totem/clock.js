// The server's clock, counted on by the browser's stopwatch. The wall clock below it is only watched: where it
// and the stopwatch part, the machine slept or somebody set it, and then nobody here knows what time it is.
const JUMP = 5_000;
const SLEPT = 30_000; // the page looks every second

let base = null; // { at: the server's milliseconds, from: the stopwatch's }
let apart = Date.now() - performance.now();
let looked = performance.now();

export function set(server, travel = 0) {
  base = { at: server + travel / 2, from: performance.now() };
}

// Milliseconds since the epoch, or null when that is not known.
export function now() {
  return base && base.at + performance.now() - base.from;
}

// Did time pass that nobody counted, or was nobody awake? `lost` when not even the time is known any more.
export function jumped() {
  const stopwatch = performance.now();
  const gap = Date.now() - stopwatch;
  const lost = Math.abs(gap - apart) > JUMP;
  const slept = stopwatch - looked > SLEPT;
  apart = gap;
  looked = stopwatch;
  if (lost) base = null;
  return lost || slept;
}
