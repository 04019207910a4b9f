// A channel's curve: history from the API, then what the live socket brings. Gaps stay gaps.
import { during, limits, paintLimits, paintStood, roomFor, stood } from "./chart_bands.js";
import { ZONE, clock, date, full, number, now } from "./times.js";

const FRAME = 250; // at most four drawings a second
const ROWS = 60;

async function history(url) {
  const points = [];
  for (let page = url; page && points.length < 50_000; ) {
    const answer = await fetch(page, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const body = await answer.json();
    points.push(...body.points);
    page = body.next;
  }
  return points;
}

function axisTimes(plot, splits) {
  const days = plot.scales.x.max - plot.scales.x.min > 36 * 3600;
  return splits.map((at) => (days ? date(new Date(at * 1000)) : clock(new Date(at * 1000))));
}

// Seconds between two values, as they mostly come: a slow channel draws a line too.
function usualStep(points) {
  const steps = points.slice(1).map(([at], n) => at - points[n][0]).sort((one, other) => one - other);
  return steps[steps.length >> 1] ?? 0;
}

class Chart {
  constructor(frame) {
    this.frame = frame;
    this.place = frame.querySelector("[data-chart-plot]");
    this.seconds = Number(frame.dataset.seconds);
    this.gap = Number(frame.dataset.gap) || 60;
    this.times = [];
    this.values = [];
    this.plot = null;
    this.dirty = false;
    this.table = frame.querySelector("[data-chart-table]");
    this.words = JSON.parse(frame.querySelector("[data-words]")?.dataset.words ?? "{}");
    this.said = new Map(); // values that are words, by their time
    this.readBands();
  }

  // The legend is the one source: what it says is drawn, and redrawn when the page brings another.
  readBands() {
    this.lines = limits(this.frame);
    this.stood = stood(this.frame);
    this.dirty = true;
  }

  async start() {
    if (window.uPlot) this.table.open = false;
    else this.note(this.frame.dataset.missing);
    const to = now().getTime() / 1000;
    const url = new URL(this.frame.dataset.src, location.href);
    url.searchParams.set("channel", this.frame.dataset.channel);
    url.searchParams.set("from", new Date((to - this.seconds) * 1000).toISOString());
    url.searchParams.set("to", new Date(to * 1000).toISOString());
    url.searchParams.set("step", this.frame.dataset.step);
    try {
      const known = (await history(url)).filter(([, value]) => value !== null);
      this.gap = Math.max(this.gap, 3 * usualStep(known));
      for (const [at, value] of known) this.add(at, value);
    } catch {
      this.tell(this.frame.dataset.failed);
    }
    document.addEventListener("live:frame", (event) => this.live(event.detail));
    document.addEventListener("htmx:afterSettle", () => this.readBands());
    setInterval(() => this.draw(), FRAME);
    new ResizeObserver(() => this.resize()).observe(this.place);
    this.table.addEventListener("toggle", () => this.list());
    this.frame.querySelector("[data-chart-csv]")?.addEventListener("click", () => this.save());
  }

  add(at, value) {
    const last = this.times.at(-1);
    if (last !== undefined && at <= last) return;
    if (last !== undefined && at - last > this.gap) {
      this.times.push(last + this.gap / 2);
      this.values.push(null); // only null is a gap; a line over silence would be a lie
    }
    this.times.push(at);
    this.values.push(typeof value === "number" ? value : null);
    if (typeof value === "string") this.said.set(at, value);
    this.dirty = true;
  }

  live(frame) {
    const channel = frame.state[`device/${this.frame.dataset.device}`]?.channels?.[this.frame.dataset.channel];
    if (channel) this.add(channel.at, channel.value);
  }

  draw() {
    if (document.hidden) return;
    const end = now().getTime() / 1000;
    const old = this.times.findIndex((at) => at >= end - this.seconds);
    if (old > 0) {
      for (const at of this.times.splice(0, old)) this.said.delete(at);
      this.values.splice(0, old);
    }
    if (!window.uPlot) return this.relist();
    const known = this.values.some((value) => value !== null);
    if (!known && this.said.size) {
      this.note(this.frame.dataset.texts);
      return this.relist();
    }
    if (!known) return;
    this.tell("");
    this.plot ??= this.make();
    if (!this.dirty && this.seconds > 3600) return;
    this.dirty = false;
    this.plot.setData([this.times, this.values], false);
    this.plot.setScale("x", { min: end - this.seconds, max: end });
  }

  make() {
    const style = getComputedStyle(this.place);
    const font = `12px ${style.fontFamily}`;
    const soft = () => style.textDecorationColor;
    const line = { stroke: () => style.borderTopColor, width: 1 };
    return new window.uPlot(
      {
        width: this.place.clientWidth,
        height: this.place.clientHeight,
        tzDate: (at) => window.uPlot.tzDate(new Date(at * 1000), ZONE),
        legend: { show: false },
        cursor: { y: false, points: { size: 8 }, drag: { x: false, y: false } },
        scales: { x: { time: true }, y: { range: (_, low, high) => this.range(low, high) } },
        series: [
          {},
          {
            stroke: () => style.color,
            fill: () => style.outlineColor,
            width: 2,
            points: { show: true, size: 5, filter: () => this.alone() },
            spanGaps: false,
          },
        ],
        axes: [
          { stroke: soft, grid: { show: false }, ticks: line, font, values: axisTimes, space: 70 },
          { stroke: soft, grid: line, ticks: { show: false }, font, size: 56, values: (_, all) => all.map((v) => number(v)) },
        ],
        hooks: {
          setCursor: [(plot) => this.point(plot)],
          drawAxes: [(plot) => paintStood(plot, this.stood)],
          draw: [(plot) => paintLimits(plot, this.lines, this.frame.dataset.unit)],
        },
      },
      [this.times, this.values],
      this.place,
    );
  }

  range(low, high) {
    const floor = Math.min(low ?? 0, 0);
    const top = Math.max(high ?? 1, floor + 1);
    const plain = this.frame.dataset.zero === "no" ? [low - 0.5, high + 0.5] : [floor, top];
    const [bottom, peak] = roomFor(this.lines, ...plain);
    const air = (peak - bottom) * 0.08;
    return [bottom < plain[0] ? bottom - air : bottom, peak + air];
  }

  point(plot) {
    const told = this.frame.querySelector("[data-chart-point]");
    const at = plot.cursor.idx;
    const value = at === null || at === undefined ? null : this.values[at];
    told.textContent =
      value === null || value === undefined
        ? ""
        : [full(new Date(this.times[at] * 1000)), `${number(value)} ${this.frame.dataset.unit}`, this.alarms(at)]
            .filter(Boolean)
            .join(" · ");
  }

  resize() {
    this.plot?.setSize({ width: this.place.clientWidth, height: this.place.clientHeight });
  }

  tell(text) {
    const place = this.frame.querySelector("[data-chart-empty]");
    place.hidden = !text;
    place.textContent = text ?? "";
  }

  // A value with silence on both sides makes no line: it is a dot.
  alone() {
    const known = (at) => this.values[at] !== null && this.values[at] !== undefined;
    return this.values.flatMap((_, at) => (known(at) && !known(at - 1) && !known(at + 1) ? [at] : []));
  }

  // Instead of a curve: a sentence, and the table.
  note(text) {
    const place = this.frame.querySelector("[data-chart-note]");
    if (!place.hidden) return;
    place.textContent = text;
    place.hidden = false;
    this.place.hidden = true;
    this.frame.querySelector("[data-chart-point]").hidden = true;
    this.table.open = true;
  }

  relist() {
    if (!this.dirty || !this.times.length) return;
    this.dirty = false;
    if (this.table.open) this.list();
  }

  alarms(index) {
    return during(this.stood, this.times[index], Number(this.frame.dataset.step));
  }

  // A value as people read it; empty where there is none.
  value(index) {
    const word = this.said.get(this.times[index]);
    const known = word ?? this.values[index];
    if (known === null) return "";
    const said = this.words[`${this.frame.dataset.channel} ${known}`] ?? this.words[known];
    return said ?? (word === undefined ? `${number(known)} ${this.frame.dataset.unit}` : word);
  }

  list() {
    const body = this.table.querySelector("tbody");
    const columns = this.table.querySelectorAll("thead th").length;
    if (!this.times.length) return;
    body.replaceChildren();
    for (let at = this.times.length - 1; at >= 0 && body.rows.length < ROWS; at -= 1) {
      const said = this.value(at);
      if (!said) continue;
      const row = body.insertRow();
      row.insertCell().textContent = full(new Date(this.times[at] * 1000));
      row.insertCell().textContent = said;
      row.cells[1].className = "number";
      if (columns > 2) row.insertCell().append(...this.rung(this.alarms(at)));
    }
  }

  // The sign of an alarm and its name.
  rung(names) {
    const sign = this.frame.querySelector("[data-chart-sign]")?.content.cloneNode(true);
    return names && sign ? [sign, ` ${names}`] : [];
  }

  save() {
    const lines = this.times.map((at, n) => `${new Date(at * 1000).toISOString()},${this.values[n] ?? this.said.get(at) ?? ""}`);
    const text = `at,${this.frame.dataset.channel}\n${lines.join("\n")}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = `${this.frame.dataset.device}-${this.frame.dataset.channel}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  }
}

for (const frame of document.querySelectorAll("[data-chart]")) new Chart(frame).start();
