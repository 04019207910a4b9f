// One resource's day: what is taken, and where a wish of so many steps would fit. A step is five minutes.
export class Lane {
  constructor(cell) {
    this.cell = cell;
    const { resource, name, grid, least, usual, most, units } = cell.dataset;
    this.resource = resource;
    this.name = name;
    this.grid = Number(grid);
    this.least = Number(least);
    this.usual = Number(usual);
    this.most = Number(most) || 300;
    this.units = Number(units);
  }

  get bars() {
    return [...this.cell.querySelectorAll(".bar:not(.wish, .lifted, .asked)")].map((bar) => {
      const style = getComputedStyle(bar);
      const start = Number(style.getPropertyValue("--s"));
      const unit = Number(bar.dataset.unit) || null; // none: the bar stands for every unit
      return { start, end: start + Number(style.getPropertyValue("--d")), unit };
    });
  }

  fits(start, length) {
    const hits = this.bars.filter((bar) => bar.start < start + length && start < bar.end);
    if (hits.some((bar) => bar.unit === null)) return false;
    return new Set(hits.map((bar) => bar.unit)).size < this.units;
  }

  snap(step) {
    return Math.floor(step / this.grid) * this.grid;
  }

  firstFit(from, until) {
    for (let start = Math.ceil(from / this.grid) * this.grid; start < until; start += this.grid) {
      const length = this.longest(start, this.usual);
      if (length) return { start, length };
    }
    return null;
  }

  // The longest wish up to `wanted` that fits here, or 0.
  longest(start, wanted) {
    for (let length = Math.min(wanted, this.most); length >= this.least; length -= this.grid) {
      if (this.fits(start, length)) return length;
    }
    return 0;
  }
}
