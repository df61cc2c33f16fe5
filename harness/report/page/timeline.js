// The run over time: commands of both engines, what moved on the side of DDR, and the layers of the critical path. One
// canvas, times in nanoseconds. Commands narrower than a pixel are summed up by pixel, so a redraw costs the same for any zoom.
const kLaneHeight = 58;
const kMemoryHeight = 40;
const kLayerHeight = 24;

function decodeLane(lane, operations) {
  const count = lane.begin.length;
  const commands = {...lane, begin: new Float64Array(count), end: new Float64Array(count), work: new Uint8Array(count),
    layer: Int32Array.from(lane.layer), critical: Uint8Array.from(lane.critical)};
  if (lane.system_bytes) commands.system_bytes = Float64Array.from(lane.system_bytes);
  const classes = operations.map(classOf);
  for (let i = 0, at = 0; i < count; ++i) {
    at += lane.begin[i];
    commands.begin[i] = at;
    commands.end[i] = at + lane.duration[i];
    commands.work[i] = classes[lane.operation[i]];
  }
  return commands;
}

/// The time between two ends of commands on the critical path belongs to the later one's layer.
function criticalLayers(lanes) {
  const ends = [];
  for (const {commands} of lanes)
    for (let i = 0; i < commands.end.length; ++i)
      if (commands.critical[i]) ends.push([commands.end[i], commands.layer[i]]);
  ends.sort((a, b) => a[0] - b[0]);
  const segments = [];
  let from = 0;
  for (const [to, layer] of ends) {
    const last = segments[segments.length - 1];
    if (last && last.layer === layer) last.to = to;
    else if (to > from) segments.push({from, to, layer});
    from = Math.max(from, to);
  }
  return segments;
}

/// First index whose end lies behind `time`; ends ascend.
function firstEndingAfter(ends, time) {
  let low = 0, high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > time) high = middle; else low = middle + 1;
  }
  return low;
}

class Timeline {
  constructor(canvas, note, data) {
    this.canvas = canvas;
    this.note = note;
    this.data = data;
    this.lanes = [["TIU", data.tiu, 26], ["GDMA", data.gdma, 98]].map(([name, lane, top]) => ({name, top, commands: decodeLane(lane, data.operations)}));
    this.memoryTop = 172;
    this.layerTop = 222;
    this.height = 250;
    this.path = criticalLayers(this.lanes);
    this.pathEnds = this.path.map(s => s.to);
    this.hidden = new Uint8Array(workClasses.length);  // by class of work
    this.chosen = -1;         // layer; the others are pale
    this.picked = null;       // {at, i}: a command with a frame, which the note describes
    this.onchoose = () => {};
    this.length = Math.max(1, Math.ceil(data.result.length_ps / 1000));
    this.left = 52;
    this.show(0, this.length);
    canvas.addEventListener("wheel", e => this.zoom(e), {passive: false});
    canvas.addEventListener("keydown", e => this.key(e));
    drawnInEveryTheme(() => this.draw());
    canvas.addEventListener("pointerdown", e => { this.drag = {x: e.offsetX, from: this.from, to: this.to, moved: false}; canvas.setPointerCapture(e.pointerId); });
    canvas.addEventListener("pointerup", e => this.drop(e));
    canvas.addEventListener("pointercancel", () => { this.drag = null; });
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

  toggle(work) {
    this.hidden[work] ^= 1;
    this.draw();
  }

  choose(layer) {
    this.chosen = layer;
    this.highlight(layer < 0 ? null : ({commands}, i) => commands.layer[i] === layer);
  }

  /// Commands that are not of them are pale; null: none is. Gives their number.
  highlight(test) {
    let count = 0;
    for (const lane of this.lanes) {
      lane.own = test && Uint8Array.from(lane.commands.layer, (_, i) => test(lane, i) ? 1 : 0);
      if (test) count += lane.own.reduce((sum, own) => sum + own, 0);
    }
    this.draw();
    return count;
  }

  /// The command in the middle of the view, framed and described.
  pick(at, i) {
    const c = this.lanes[at].commands;
    this.picked = {at, i};
    const wide = Math.max(this.to - this.from, c.end[i] - c.begin[i]);
    const middle = (c.begin[i] + c.end[i]) / 2;
    if (c.begin[i] < this.from || c.end[i] > this.to) this.show(middle - wide / 2, middle + wide / 2); else this.draw();
    this.describe({lane: this.lanes[at], at, i, layer: c.layer[i]});
  }

  /// The next highlighted command (of all, where none is) in the order of begins; `step` -1: the one before.
  pickNext(step) {
    const after = (a, b) => a.begin - b.begin || a.at - b.at || a.i - b.i;
    const here = this.picked && {...this.picked, begin: this.lanes[this.picked.at].commands.begin[this.picked.i]};
    let best = null;
    this.lanes.forEach(({commands, own}, at) => {
      for (let i = 0; i < commands.begin.length; ++i) {
        if (own && !own[i]) continue;
        const one = {at, i, begin: commands.begin[i]};
        if (here && step * after(one, here) <= 0) continue;
        if (!best || step * after(one, best) < 0) best = one;
      }
    });
    if (best) this.pick(best.at, best.i);
    return best !== null;
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
      n: () => this.pickNext(1), p: () => this.pickNext(-1), Enter: () => this.chooseLayerOfPicked(),
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
      this.drag.moved = this.drag.moved || Math.abs(this.drag.x - event.offsetX) > 3;
      if (this.drag.moved) this.show(this.drag.from + shift, this.drag.to + shift);
      return;
    }
    const hit = this.hit(event.offsetX, event.offsetY);
    if (hit || !this.picked) this.describe(hit);
  }

  chooseLayerOfPicked() {
    const layer = this.picked ? this.lanes[this.picked.at].commands.layer[this.picked.i] : -1;
    if (layer >= 0) this.onchoose(layer);
  }

  /// A click, not a drag, chooses the layer under it.
  drop(event) {
    const clicked = this.drag && !this.drag.moved;
    this.drag = null;
    if (!clicked) return;
    const hit = this.hit(event.offsetX, event.offsetY);
    this.picked = hit && hit.i !== undefined ? {at: hit.at, i: hit.i} : null;
    this.draw();
    this.describe(hit);
    if (hit && hit.layer >= 0) this.onchoose(hit.layer);
  }

  hit(x, y) {
    const time = this.timeAt(x);
    for (const [at, lane] of this.lanes.entries()) {
      if (y < lane.top || y > lane.top + kLaneHeight + 6) continue;
      const i = firstEndingAfter(lane.commands.end, time);
      const waits = i >= lane.commands.begin.length || lane.commands.begin[i] > time;
      return waits ? {lane, time} : {lane, at, i, layer: lane.commands.layer[i]};
    }
    if (y < this.layerTop || y > this.layerTop + kLayerHeight) return null;
    const segment = this.path[firstEndingAfter(this.pathEnds, time)];
    return segment && segment.from <= time ? {segment, layer: segment.layer} : null;
  }

  layerName(layer) { return layer < 0 ? "no layer" : this.data.result.layers[layer].name; }

  describe(hit) {
    const lines = !hit ? [["commands", "point at one, or find it"]] : hit.segment ? segmentLines(this.data, hit.segment)
      : hit.i === undefined ? [[hit.lane.name, `waits at ${(hit.time / 1e6).toFixed(6)} ms`]]
      : commandLines(this.data, this.lanes, hit.at, hit.i);
    this.note.innerHTML = lines.map(([title, text]) => `<dt>${escaped(title)}</dt><dd>${escaped(text)}</dd>`).join("");
  }

  draw() {
    const ratio = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    this.canvas.width = width * ratio;
    this.canvas.height = this.height * ratio;
    this.canvas.style.height = this.height + "px";
    const g = this.canvas.getContext("2d");
    g.scale(ratio, ratio);
    g.font = "12px system-ui, sans-serif";
    this.ink = themed("--ink");
    this.band = themed("--band");
    const scale = (width - this.left) / (this.to - this.from);
    this.drawAxis(g, width, scale);
    g.fillStyle = this.ink;
    for (const lane of this.lanes) g.fillText(lane.name, 6, lane.top + 34);
    g.fillText("GB/s", 6, this.memoryTop + 24);
    g.fillText("layers", 6, this.layerTop + 16);
    for (const lane of this.lanes) this.drawLane(g, lane, width, scale);
    this.drawMemory(g, width, scale);
    this.drawLayers(g, width, scale);
    if (this.picked) this.drawFrame(g, width, scale);
  }

  drawFrame(g, width, scale) {
    const {commands: c, top} = this.lanes[this.picked.at];
    const right = this.left + (c.end[this.picked.i] - this.from) * scale;
    const x = Math.max(this.left, this.left + (c.begin[this.picked.i] - this.from) * scale);
    const wide = Math.max(3, Math.min(width, right) - x);
    if (right < this.left || x > width) return;
    g.strokeStyle = this.ink;
    g.lineWidth = 2;
    g.strokeRect(x - 1, top - 2, wide + 2, kLaneHeight + 4);
    g.lineWidth = 1;
  }

  drawLane(g, {commands: c, top, own}, width, scale) {
    const columns = Math.max(1, Math.ceil(width - this.left));
    const classes = workClasses.length;
    const shares = new Float32Array(columns * classes * 2);  // of a pixel's time, by class; those of the chosen layer behind the others
    const critical = new Uint8Array(columns);
    const wide = [];
    g.fillStyle = this.band;
    g.fillRect(this.left, top, width - this.left, kLaneHeight + 6);
    const {from, to, hidden} = this;
    const {begin, end, work} = c;
    for (let i = firstEndingAfter(end, from); i < begin.length && begin[i] < to; ++i) {
      if (hidden[work[i]]) continue;
      const x = Math.max(0, (begin[i] - from) * scale);
      const length = Math.min(columns, (end[i] - from) * scale) - x;
      if (length >= 1.5) { wide.push(i); continue; }
      const column = Math.min(columns - 1, x | 0);
      shares[(own && own[i] ? columns * classes : 0) + column * classes + work[i]] += Math.max(length, 0.02);
      critical[column] |= c.critical[i];
    }
    for (const isOwn of [false, true]) {
      g.globalAlpha = own && !isOwn ? 0.25 : 1;
      for (let k = 0; k < classes; ++k) {
        g.fillStyle = workClasses[k][1];
        for (let column = 0; column < columns; ++column) {
          const at = (isOwn ? columns * classes : 0) + column * classes;
          if (shares[at + k] === 0) continue;
          let below = 0;
          for (let lower = 0; lower < k; ++lower) below += shares[at + lower];
          const bottom = top + kLaneHeight * (1 - Math.min(1, below));
          const high = Math.min(bottom - top, Math.max(1, kLaneHeight * shares[at + k]));
          g.fillRect(this.left + column, bottom - high, 1, high);
        }
      }
    }
    for (const i of wide) this.drawCommand(g, c, i, top, width, scale, own && !own[i]);
    g.globalAlpha = 1;
    g.fillStyle = this.ink;
    for (let column = 0; column < columns; ++column)
      if (critical[column]) g.fillRect(this.left + column, top + kLaneHeight + 1, 1, 5);
  }

  drawCommand(g, c, i, top, width, scale, isPale) {
    const x = Math.max(this.left, this.left + (c.begin[i] - this.from) * scale);
    const wide = Math.min(width, this.left + (c.end[i] - this.from) * scale) - x;
    g.globalAlpha = isPale ? 0.25 : 1;
    g.fillStyle = workClasses[c.work[i]][1];
    g.fillRect(x, top, wide, kLaneHeight);
    if (c.critical[i]) { g.fillStyle = this.ink; g.fillRect(x, top + kLaneHeight + 1, wide, 5); }
    if (wide > 46) this.label(g, x, wide, [[this.data.operations[c.operation[i]], top + 24], [c.layer[i] < 0 ? "" : this.layerName(c.layer[i]), top + 42]], "#ffffff");
  }

  label(g, x, wide, lines, colour) {
    g.save();
    g.beginPath();
    g.rect(x, 0, wide - 3, this.height);
    g.clip();
    g.fillStyle = colour;
    for (const [text, y] of lines) g.fillText(text, x + 4, y);
    g.restore();
  }

  drawMemory(g, width, scale) {
    const columns = Math.max(1, Math.ceil(width - this.left));
    const bytes = new Float64Array(columns);
    const {begin, end, system_bytes: moved} = this.lanes[1].commands;
    const {from, to} = this;
    for (let i = firstEndingAfter(end, from); i < begin.length && begin[i] < to; ++i) {
      const x = (begin[i] - from) * scale;
      const right = Math.max((end[i] - from) * scale, x + 1e-3);
      const perPixel = moved[i] / (right - x);
      for (let column = Math.max(0, x | 0); column < columns && column < right; ++column)
        bytes[column] += perPixel * (Math.min(right, column + 1) - Math.max(x, column));
    }
    const peak = this.data.ddr_peak_gb_per_s;
    g.fillStyle = this.band;
    g.fillRect(this.left, this.memoryTop, width - this.left, kMemoryHeight);
    g.fillStyle = workClasses[8][1];
    for (let column = 0; column < columns; ++column) {
      const high = Math.min(1, bytes[column] * scale / peak) * kMemoryHeight;  // bytes per ns are GB/s
      if (high > 0) g.fillRect(this.left + column, this.memoryTop + kMemoryHeight - high, 1, high);
    }
    g.fillStyle = themed("--soft");
    g.fillText(`peak ${peak}`, this.left + 4, this.memoryTop + 11);
  }

  drawLayers(g, width, scale) {
    g.fillStyle = this.band;
    g.fillRect(this.left, this.layerTop, width - this.left, kLayerHeight);
    const shades = [themed("--line"), themed("--shade")];
    let drawn = -1;  // pixel column
    for (let i = firstEndingAfter(this.pathEnds, this.from); i < this.path.length && this.path[i].from < this.to; ++i) {
      const {from, to, layer} = this.path[i];
      const x = Math.max(this.left, this.left + (from - this.from) * scale);
      const wide = Math.min(width, this.left + (to - this.from) * scale) - x;
      if (wide < 1 && Math.floor(x) === drawn) continue;
      drawn = Math.floor(x);
      g.fillStyle = this.chosen >= 0 && layer === this.chosen ? themed("--mark") : shades[i % 2];
      g.fillRect(x, this.layerTop, Math.max(0.5, wide), kLayerHeight);
      if (wide > 40) this.label(g, x, wide, [[this.layerName(layer), this.layerTop + 16]], this.chosen >= 0 && layer === this.chosen ? themed("--paper") : this.ink);
    }
  }

  drawAxis(g, width, scale) {
    const step = 10 ** Math.ceil(Math.log10(90 / scale));
    const fine = step * scale > 450 ? step / 5 : step * scale > 180 ? step / 2 : step;
    g.clearRect(0, 0, width, this.height);
    g.strokeStyle = themed("--line");
    for (let t = Math.ceil(this.from / fine) * fine; t <= this.to; t += fine) {
      const x = this.left + (t - this.from) * scale;
      g.beginPath();
      g.moveTo(x, 18);
      g.lineTo(x, this.height);
      g.stroke();
      g.fillStyle = themed("--soft");
      g.fillText(fine >= 1e5 ? `${+(t / 1e6).toFixed(2)} ms` : `${+(t / 1e3).toFixed(3)} us`, x + 3, 13);
    }
  }
}
