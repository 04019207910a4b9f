// What the legend below a curve tells of alarms: limits as lines, the times when one stood as hatched bands.
import { now, number } from "./times.js";

const WORTH = 3; // a limit may make the scale so many times as high; beyond that it stands at its edge
const HATCH = 8;

const ink = (row) => getComputedStyle(row.querySelector(".chart-key") ?? row.querySelector("svg")).color;

export function limits(frame) {
  return [...frame.querySelectorAll("[data-chart-limit]")].map((row) => ({
    value: Number(row.dataset.chartLimit),
    mark: row.dataset.mark,
    dash: "dots" in row.dataset ? [2, 4] : [8, 4],
    below: "dots" in row.dataset,
    ink: ink(row),
  }));
}

export function stood(frame) {
  return [...frame.querySelectorAll("[data-chart-stood]")].map((row) => ({
    from: Number(row.dataset.chartStood),
    until: row.dataset.until ? Number(row.dataset.until) : Infinity,
    title: row.dataset.title,
    ink: ink(row),
  }));
}

// The names of what stood in these seconds, each once.
export function during(bands, at, step) {
  const found = bands.filter(({ from, until }) => (from < at + step || from <= at) && until > at);
  return [...new Set(found.map(({ title }) => title))].join(", ");
}

// The scale with the limits that it is worth making room for.
export function roomFor(lines, low, high) {
  const span = high - low;
  const near = lines.map(({ value }) => value).filter((value) => Math.max(high, value) - Math.min(low, value) <= WORTH * span);
  return [Math.min(low, ...near), Math.max(high, ...near)];
}

export function paintStood(plot, bands) {
  const { ctx, bbox } = plot;
  const ratio = window.uPlot.pxRatio;
  for (const band of bands) {
    const end = Math.min(band.until, now().getTime() / 1000);
    const left = Math.max(plot.valToPos(band.from, "x", true), bbox.left);
    const right = Math.min(plot.valToPos(end, "x", true), bbox.left + bbox.width);
    if (right < bbox.left || left > bbox.left + bbox.width) continue;
    const width = Math.max(right - left, 2 * ratio);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, width, bbox.height);
    ctx.clip();
    ctx.strokeStyle = band.ink;
    ctx.fillStyle = band.ink;
    ctx.globalAlpha = 0.1;
    ctx.fillRect(left, bbox.top, width, bbox.height);
    ctx.globalAlpha = 0.45;
    ctx.lineWidth = ratio;
    ctx.beginPath();
    for (let x = left - bbox.height; x < left + width; x += HATCH * ratio) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.lineWidth = 2 * ratio;
    ctx.strokeRect(left, bbox.top - 4 * ratio, width, bbox.height + 8 * ratio);
    ctx.restore();
  }
}

export function paintLimits(plot, lines, unit) {
  const { ctx, bbox } = plot;
  const ratio = window.uPlot.pxRatio;
  const paper = getComputedStyle(plot.root.closest(".card")).backgroundColor;
  for (const line of lines) {
    const wanted = plot.valToPos(line.value, "y", true);
    const bottom = bbox.top + bbox.height;
    const outside = wanted < bbox.top ? "↑" : wanted > bottom ? "↓" : "";
    const y = Math.min(Math.max(wanted, bbox.top), bottom);
    ctx.save();
    ctx.strokeStyle = line.ink;
    ctx.fillStyle = line.ink;
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(line.dash.map((part) => part * ratio));
    ctx.beginPath();
    if (!outside) {
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
    }
    ctx.stroke();
    ctx.font = `600 ${12 * ratio}px ${getComputedStyle(plot.root).fontFamily}`;
    const above = outside ? outside === "↓" : !line.below && y - bbox.top > 16 * ratio;
    ctx.textAlign = "left";
    ctx.textBaseline = above ? "bottom" : "top";
    const words = [line.mark, number(line.value), unit, outside].filter(Boolean).join(" ");
    const from = bbox.left + (outside && line.below ? 100 : 4) * ratio; // two at the same edge stand side by side
    ctx.setLineDash([]);
    ctx.lineWidth = 4 * ratio;
    ctx.lineJoin = "round";
    ctx.strokeStyle = paper;
    ctx.strokeText(words, from, y + (above ? -3 : 3) * ratio);
    ctx.fillText(words, from, y + (above ? -3 : 3) * ratio);
    ctx.restore();
  }
}
