// One's own booking, taken up to be moved: where it stood, which part of it gives way, what is told the server.
const STEP = 300;
const EDGE = 10; // pixels at the ends of a bar that change its length

export class Taken {
  constructor(bar, lane, dayStart) {
    this.lane = lane;
    this.pk = bar.dataset.mine;
    this.moves = bar.dataset.moves; // "all", or "end" once it has begun
    this.starts = Number(bar.dataset.starts);
    this.start = (this.starts - dayStart) / STEP;
    this.length = (Number(bar.dataset.ends) - this.starts) / STEP;
    this.bars = [...lane.cell.closest("table").querySelectorAll(`.bar[data-mine="${CSS.escape(this.pk)}"]`)];
  }

  // Those of a lane, the first to begin first.
  static of(lane, dayStart) {
    const bars = [...lane.cell.querySelectorAll(".bar[data-moves]")];
    return bars.map((bar) => new Taken(bar, lane, dayStart)).sort((one, other) => one.start - other.start);
  }

  // Which part of the bar a finger has: its start, its end, or all of it.
  static part(bar, x) {
    const box = bar.getBoundingClientRect();
    if (bar.dataset.moves === "end" || (box.width > 4 * EDGE && box.right - x < EDGE)) return "end";
    return box.width > 4 * EDGE && x - box.left < EDGE ? "start" : "all";
  }

  lift() {
    for (const bar of this.bars) bar.classList.add("lifted");
  }

  drop() {
    for (const bar of this.bars) bar.classList.remove("lifted");
  }

  // Where it would stand with `part` of it dragged by so many steps, on this lane.
  shifted(part, by, lane) {
    const steps = Math.round(by / lane.grid) * lane.grid;
    const within = (length) => Math.min(lane.most, Math.max(lane.least, length));
    if (part === "all") return { start: this.start + steps, length: this.length };
    if (part === "end") return { start: this.start, length: within(this.length + steps) };
    const length = within(this.length - steps);
    return { start: this.start + this.length - length, length };
  }

  stands(start, length, lane) {
    return start === this.start && length === this.length && lane === this.lane;
  }

  // The page as it is after the change, or null when it could not be asked for.
  async save(root, start, length, lane) {
    const at = (step) => new Date((this.starts + (step - this.start) * STEP) * 1000).toISOString();
    const body = new URLSearchParams({
      starts_at: at(start),
      ends_at: at(start + length),
      from: this.lane.resource,
      to: lane.resource,
      csrfmiddlewaretoken: root.querySelector("[name=csrfmiddlewaretoken]").value,
    });
    const address = root.dataset.move.replace("/0/", `/${this.pk}/`);
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "text/html" } }).catch(() => null);
    return answer?.ok ? answer.text() : null;
  }
}
