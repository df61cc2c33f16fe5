// The commands of both engines over time: one canvas, times in nanoseconds.
function decodeLane(lane) {
  let at = 0;
  const begin = lane.begin.map(distance => at += distance);
  return {...lane, begin, end: begin.map((b, i) => b + lane.duration[i])};
}

class Timeline {
  constructor(canvas, note, data) {
    this.canvas = canvas;
    this.note = note;
    this.data = data;
    this.lanes = [["TIU", decodeLane(data.tiu)], ["GDMA", decodeLane(data.gdma)]];
    this.length = Math.max(1, Math.ceil(data.result.length_ps / 1000));
    this.left = 52;
    this.show(0, this.length);
    canvas.addEventListener("wheel", e => this.zoom(e), {passive: false});
    canvas.addEventListener("keydown", e => this.key(e));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    canvas.addEventListener("pointerdown", e => { this.drag = {x: e.offsetX, from: this.from, to: this.to}; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointerup", () => { this.drag = null; });
    canvas.addEventListener("pointermove", e => this.move(e));
    canvas.addEventListener("dblclick", () => this.show(0, this.length));
    window.addEventListener("resize", () => this.draw());
  }

  show(from, to) {
    const width = Math.min(this.length, Math.max(20, to - from));
    this.from = Math.min(Math.max(0, from), this.length - width);
    this.to = this.from + width;
    this.draw();
  }

  jump(from, to) {
    this.show(from, to);
    this.canvas.scrollIntoView({behavior: "smooth", block: "center"});
  }

  timeAt(x) { return this.from + (x - this.left) / (this.canvas.clientWidth - this.left) * (this.to - this.from); }

  /// The wheel alone scrolls the page.
  zoom(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomBy(Math.exp(event.deltaY * 0.0015), this.timeAt(Math.max(this.left, event.offsetX)));
  }

  key(event) {
    const shift = (this.to - this.from) / 4;
    const actions = {"+": () => this.zoomBy(0.5), "=": () => this.zoomBy(0.5), "-": () => this.zoomBy(2), Home: () => this.show(0, this.length),
      ArrowLeft: () => this.show(this.from - shift, this.to - shift), ArrowRight: () => this.show(this.from + shift, this.to + shift)};
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  }

  zoomBy(factor, centre = (this.from + this.to) / 2) {
    this.show(centre - (centre - this.from) * factor, centre + (this.to - centre) * factor);
  }

  move(event) {
    if (this.drag) {
      const shift = (this.drag.x - event.offsetX) / (this.canvas.clientWidth - this.left) * (this.drag.to - this.drag.from);
      this.show(this.drag.from + shift, this.drag.to + shift);
      return;
    }
    const hit = this.commandAt(event.offsetX, event.offsetY);
    this.note.textContent = hit || "\u00a0";
  }

  laneTop(i) { return 26 + i * 78; }

  commandAt(x, y) {
    const time = this.timeAt(x);
    for (let k = 0; k < this.lanes.length; ++k) {
      if (y < this.laneTop(k) || y > this.laneTop(k) + 64) continue;
      const [name, lane] = this.lanes[k];
      const i = this.firstEndingAfter(lane, time);
      if (i >= lane.begin.length || lane.begin[i] > time) return `${name}: waiting at ${(time / 1e6).toFixed(6)} ms`;
      const layer = lane.layer[i] < 0 ? "no layer" : this.data.result.layers[lane.layer[i]].name;
      const bytes = lane.system_bytes ? `, ${lane.system_bytes[i]} bytes of DDR, L2 or static memory` : "";
      return `${name} ${lane.id[i]}: ${this.data.operations[lane.operation[i]]}, ${layer}, from ${(lane.begin[i] / 1e6).toFixed(6)} ms, ` +
        `${lane.duration[i]} ns${bytes}${lane.critical[i] ? ", on the critical path" : ""}`;
    }
    return "";
  }

  firstEndingAfter(lane, time) {
    let low = 0, high = lane.end.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lane.end[middle] > time) high = middle; else low = middle + 1;
    }
    return low;
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [this.canvas.clientWidth, 190];
    this.canvas.width = width * ratio;
    this.canvas.height = height * ratio;
    this.canvas.style.height = height + "px";
    const g = this.canvas.getContext("2d");
    g.scale(ratio, ratio);
    g.font = "12px system-ui, sans-serif";
    const scale = (width - this.left) / (this.to - this.from);
    this.drawAxis(g, width, height, scale);
    this.lanes.forEach(([name, lane], k) => {
      g.fillStyle = themed("--ink");
      g.fillText(name, 6, this.laneTop(k) + 36);
      this.drawLane(g, lane, this.laneTop(k), width, scale);
    });
  }

  drawLane(g, lane, top, width, scale) {
    g.fillStyle = themed("--band");
    const ink = themed("--ink");
    let last = -1;  // pixel column that the last command narrower than a pixel was drawn in
    g.fillRect(this.left, top, width - this.left, 64);
    for (let i = this.firstEndingAfter(lane, this.from); i < lane.begin.length && lane.begin[i] < this.to; ++i) {
      const x = Math.max(this.left, this.left + (lane.begin[i] - this.from) * scale);
      const right = Math.min(width, this.left + (lane.end[i] - this.from) * scale);
      const wide = right - x;
      if (wide < 1) {
        const column = Math.floor(x);
        if (column === last && !lane.critical[i]) continue;
        last = column;
      }
      g.fillStyle = colourOfOperation(this.data.operations[lane.operation[i]]);
      g.fillRect(x, top, Math.max(0.3, wide), 58);
      if (lane.critical[i]) { g.fillStyle = ink; g.fillRect(x, top + 59, Math.max(0.3, wide), 5); }
      if (wide > 46) {
        g.save();
        g.beginPath();
        g.rect(x, top, wide - 3, 58);
        g.clip();
        g.fillStyle = "#ffffff";
        g.fillText(this.data.operations[lane.operation[i]], x + 4, top + 24);
        if (lane.layer[i] >= 0) g.fillText(this.data.result.layers[lane.layer[i]].name, x + 4, top + 42);
        g.restore();
      }
    }
  }

  drawAxis(g, width, height, scale) {
    const step = 10 ** Math.ceil(Math.log10(90 / scale));
    const fine = step * scale > 450 ? step / 5 : step * scale > 180 ? step / 2 : step;
    g.clearRect(0, 0, width, height);
    g.strokeStyle = themed("--line");
    for (let t = Math.ceil(this.from / fine) * fine; t <= this.to; t += fine) {
      const x = this.left + (t - this.from) * scale;
      g.beginPath();
      g.moveTo(x, 18);
      g.lineTo(x, height);
      g.stroke();
      g.fillStyle = themed("--soft");
      g.fillText(fine >= 1e5 ? `${+(t / 1e6).toFixed(2)} ms` : `${+(t / 1e3).toFixed(3)} us`, x + 3, 13);
    }
  }
}
