// The planning answers to finger, mouse and keys: a wish is drawn, then the booking form opens with it.
// What is one's own is dragged to another time or resource, or taken with M and moved by arrows.
import { Lane } from "./lane.js";
import { Taken } from "./taken.js";
import { clock, now } from "./times.js";
import { adopt, say as toast } from "./toasts.js";

const STEP = 300;

class Planning {
  constructor(root) {
    this.root = root;
    this.table = root.querySelector(".planning-table");
    this.says = root.querySelector(".planning-says");
    this.dayStart = Number(root.dataset.dayStart);
    this.first = Number(root.dataset.first);
    this.shown = Number(root.dataset.shown);
    this.lanes = [...this.table.querySelectorAll(".lane")].map((cell) => new Lane(cell));
    this.wish = null;
    this.drag = null;
    this.waiting = null;

    this.table.addEventListener("keydown", (event) => this.key(event));
    this.table.addEventListener("focusin", (event) => this.arrive(event));
    this.table.addEventListener("pointerdown", (event) => this.press(event));
    this.table.addEventListener("pointermove", (event) => this.move(event));
    this.table.addEventListener("pointerup", (event) => this.release(event));
    this.table.addEventListener("click", (event) => this.explain(event));
    document.addEventListener("close", () => this.forget(), true);
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.letGo());
    document.body.addEventListener("live:resource", () => this.later());
    this.follow();
    setInterval(() => this.follow(), 30_000);
  }

  // -- what is said ------------------------------------------------------------------------------
  time(step) {
    return clock(new Date((this.dayStart + step * STEP) * 1000));
  }

  say(key, lane, wish) {
    const words = { resource: lane?.name, from: wish && this.time(wish.start), to: wish && this.time(wish.start + wish.length) };
    this.says.textContent = (this.root.dataset[key] ?? key).replace(/\{(\w+)\}/g, (_, word) => words[word] ?? "");
  }

  explain(event) {
    const bar = event.target.closest(".bar[data-why]");
    if (bar && !bar.querySelector("a")) this.says.textContent = bar.dataset.why;
  }

  // -- the wish ----------------------------------------------------------------------------------
  propose(lane, start, length) {
    this.forget();
    const bar = document.createElement("div");
    bar.className = "bar wish";
    lane.cell.append(bar);
    this.wish = { lane, start, length, bar };
    this.redraw();
  }

  redraw() {
    const { lane, start, length, bar, taken } = this.wish;
    const begun = taken?.moves === "end";
    const free = lane.fits(start, length) && (begun || start >= this.soonest(lane));
    bar.style.setProperty("--s", start);
    bar.style.setProperty("--d", length);
    bar.classList.toggle("refused", !free);
    bar.textContent = `${this.time(start)} – ${this.time(start + length)}`;
    this.say(!free ? "refused" : taken ? "moving" : "wish", lane, this.wish);
    return free;
  }

  forget() {
    this.wish?.taken?.drop();
    this.wish?.bar.remove();
    this.wish = null;
  }

  // One's own booking becomes the wish; what it blocked gives way meanwhile.
  take(taken, lane = taken.lane) {
    this.propose(lane, taken.start, taken.length);
    this.wish.taken = taken;
    taken.lift();
    this.redraw();
  }

  async save() {
    const { lane, taken, start, length } = this.wish;
    if (taken.stands(start, length, lane)) return this.forget();
    this.say("saving", lane);
    const page = await taken.save(this.root, start, length, lane);
    this.forget();
    if (page === null) return toast(document.documentElement.dataset.failed);
    const fresh = new DOMParser().parseFromString(page, "text/html");
    if (!fresh.querySelector("[data-planning]")) return location.reload();
    this.draw(fresh);
    this.says.textContent = "";
    adopt(fresh);
  }

  soonest(lane) {
    return Math.max(0, lane.snap((now() / 1000 - this.dayStart) / STEP));
  }

  ask() {
    const { lane, start, length } = this.wish;
    const url = new URL(this.root.dataset.book, location.href);
    const at = (step) => new Date((this.dayStart + step * STEP) * 1000).toISOString();
    url.searchParams.set("resource", lane.resource);
    url.searchParams.set("starts_at", at(start));
    url.searchParams.set("ends_at", at(start + length));
    if (window.htmx) window.htmx.ajax("GET", url.href, { target: "#booking-dialog", swap: "innerHTML" });
    else location.assign(url);
  }

  // -- keys --------------------------------------------------------------------------------------
  arrive(event) {
    const cell = event.target.closest(".lane");
    if (!cell) return;
    for (const lane of this.lanes) lane.cell.tabIndex = lane.cell === cell ? 0 : -1;
  }

  key(event) {
    const lane = this.lanes.find((one) => one.cell === event.target);
    if (!lane || event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowDown: () => this.walk(lane, 1),
      ArrowUp: () => this.walk(lane, -1),
      Home: () => this.focus(this.lanes[0]),
      End: () => this.focus(this.lanes.at(-1)),
      ArrowRight: () => this.shift(lane, lane.grid, event.shiftKey),
      ArrowLeft: () => this.shift(lane, -lane.grid, event.shiftKey),
      Enter: () => this.enter(lane),
      " ": () => this.enter(lane),
      m: () => this.takeNext(lane),
      M: () => this.takeNext(lane),
      Escape: () => this.giveUp(lane),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }

  walk(lane, by) {
    this.focus(this.lanes[this.lanes.indexOf(lane) + by]);
  }

  focus(lane) {
    if (!lane) return;
    this.forget();
    lane.cell.focus();
  }

  enter(lane) {
    if (this.wish?.lane === lane) {
      if (this.redraw()) this.wish.taken ? this.save() : this.ask();
      return;
    }
    const found = lane.firstFit(Math.max(this.first, this.soonest(lane)), this.first + this.shown);
    if (found) this.propose(lane, found.start, found.length);
    else this.say("full", lane);
  }

  shift(lane, by, resizes) {
    if (this.wish?.lane !== lane) {
      this.enter(lane);
      return;
    }
    if (!resizes && this.wish.taken?.moves === "end") return this.say("begun", lane);
    if (resizes) this.wish.length = Math.min(lane.most, Math.max(lane.least, this.wish.length + by));
    else this.wish.start = Math.max(0, this.wish.start + by);
    this.redraw();
  }

  takeNext(lane) {
    const own = Taken.of(lane, this.dayStart);
    if (!own.length) return this.say("noneOfMine", lane);
    const at = own.findIndex((one) => one.pk === this.wish?.taken?.pk);
    this.take(own[(at + 1) % own.length]);
  }

  giveUp(lane) {
    this.forget();
    this.say("gaveUp", lane);
  }

  // -- finger and mouse --------------------------------------------------------------------------
  stepAt(lane, x) {
    const box = lane.cell.getBoundingClientRect();
    return lane.snap(this.first + ((x - box.left) / box.width) * this.shown);
  }

  press(event) {
    const cell = event.target.closest(".lane");
    if (!cell || event.button !== 0) return;
    const lane = this.lanes.find((one) => one.cell === cell);
    const bar = event.target.closest(".bar:not(.wish)");
    if (bar?.dataset.moves && event.pointerType !== "touch") {
      const taken = new Taken(bar, lane, this.dayStart);
      this.drag = { lane, taken, part: Taken.part(bar, event.clientX), x: event.clientX, y: event.clientY };
    }
    if (bar) return;
    this.drag = { lane, from: this.stepAt(lane, event.clientX), x: event.clientX, moved: false };
  }

  move(event) {
    if (this.drag?.taken) return this.pull(event);
    if (!this.drag || event.pointerType !== "mouse") return;
    if (!this.drag.moved && Math.abs(event.clientX - this.drag.x) < 5) return;
    this.drag.moved = true;
    const { lane, from } = this.drag;
    const to = this.stepAt(lane, event.clientX);
    const start = Math.min(from, to);
    const length = Math.min(lane.most, Math.max(lane.least, Math.abs(to - from) + lane.grid));
    if (this.wish?.lane !== lane) this.propose(lane, start, length);
    Object.assign(this.wish, { start, length });
    this.redraw();
  }

  // One's own bar follows the pointer, along the hours and, as a whole, to other lanes.
  pull(event) {
    const { taken, part, x, y, moved, lane } = this.drag;
    if (!moved && Math.hypot(event.clientX - x, event.clientY - y) < 5) return;
    if (!moved) this.table.setPointerCapture(event.pointerId);
    this.drag.moved = true;
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest(".lane");
    const over = part === "all" ? (this.lanes.find((one) => one.cell === cell) ?? this.wish?.lane ?? lane) : lane;
    const steps = ((event.clientX - x) / lane.cell.getBoundingClientRect().width) * this.shown;
    if (this.wish?.lane !== over || !this.wish.taken) this.take(taken, over);
    Object.assign(this.wish, taken.shifted(part, steps, over));
    this.redraw();
  }

  // A drag that ends on its bar is no press on it.
  drop() {
    const { moved } = this.drag;
    this.drag = null;
    if (!moved) return;
    const stop = (event) => event.preventDefault();
    this.table.addEventListener("click", stop, { capture: true });
    setTimeout(() => this.table.removeEventListener("click", stop, { capture: true }), 50);
    if (this.redraw()) this.save();
    else this.forget();
  }

  letGo() {
    if (!this.drag?.taken) return;
    this.drag = null;
    this.forget();
    this.say("gaveUp");
  }

  release(event) {
    if (!this.drag) return;
    if (this.drag.taken) return this.drop();
    const { lane, from, moved } = this.drag;
    this.drag = null;
    if (!event.target.closest(".lane")) return this.forget();
    if (!moved) {
      const length = lane.longest(from, lane.usual) || lane.least;
      this.propose(lane, from, length);
    }
    if (this.redraw()) this.ask();
  }

  // -- what others do ----------------------------------------------------------------------------
  later() {
    this.waiting ??= setTimeout(() => this.refresh(), 1000);
  }

  // Hours that somebody else took vanish here too; the wish and the focus stay where they are.
  async refresh() {
    this.waiting = null;
    if (document.hidden) return;
    if (this.drag || this.wish?.taken) return this.later();
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    this.draw(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (this.wish) this.redraw();
  }

  draw(fresh) {
    for (const { cell, resource } of this.lanes) {
      const bars = fresh.querySelector(`.lane[data-resource="${CSS.escape(resource)}"] ol`);
      if (bars) cell.querySelector("ol").replaceWith(document.adoptNode(bars));
    }
  }

  // -- the line of now ---------------------------------------------------------------------------
  follow() {
    const step = (now() / 1000 - this.dayStart) / STEP;
    for (const line of this.table.querySelectorAll(".now-line")) {
      line.hidden = step < this.first || step > this.first + this.shown;
      line.style.setProperty("--s", step);
    }
  }
}

for (const root of document.querySelectorAll("[data-planning]")) new Planning(root);
