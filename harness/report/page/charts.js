// Colours, numbers, the cycle stack and the roofline.
const causeColours = {
  array: "#2f6f9f", padding: "#8fb8d6", bank_conflict: "#c0504d", fill: "#b9a3d0", supply: "#7a5ba6", transfer: "#3f8f5f",
  row: "#a3cfa8", descriptor: "#d9c36a", ddr: "#e08e45", ddr_row: "#c9692c", ddr_turnaround: "#a64f20", ddr_refresh: "#7d3b18",
  ddr_burst: "#f0b98a", ddr_interleave: "#5c2a10", sync: "#b5bcc4", fetch: "#8a939c", launch: "#5b6570", idle: "#e4e8ec",
};
const palette = ["#2f6f9f", "#3f8f5f", "#e08e45", "#7a5ba6", "#c0504d", "#4aa3a2", "#b08a2e", "#8c6bb1", "#5f8f2f", "#c76b98"];

/// Commands of one class of work have one colour: what stands before the point in their names.
const classes = [];
function classOf(operation) { return operation.split(".")[0]; }
function colourOfOperation(operation) {
  const name = classOf(operation);
  if (!classes.includes(name)) classes.push(name);
  return palette[classes.indexOf(name) % palette.length];
}
function themed(variable) { return getComputedStyle(document.documentElement).getPropertyValue(variable).trim(); }

function colourOf(cause) { return causeColours[cause] || "#ff00aa"; }

function escaped(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
function share(part, whole) { return whole ? (100 * part / whole).toFixed(1) + " %" : "n/a"; }
function shownMs(ms) { return ms >= 100 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(3) : ms.toFixed(4); }

function stackBar(stack, whole, x, y, width, height) {
  let at = x;
  let bars = "";
  for (const [cause, time] of Object.entries(stack)) {
    const wide = whole ? width * time / whole : 0;
    if (wide > 0)
      bars += `<rect x="${at.toFixed(2)}" y="${y}" width="${wide.toFixed(2)}" height="${height}" fill="${colourOf(cause)}">` +
        `<title>${cause}: ${shownMs(time / 1e9)} ms, ${share(time, whole)}</title></rect>`;
    at += wide;
  }
  return bars;
}

function drawStack(element, result) {
  const rows = [["TIU", result.stack.tiu], ["GDMA", result.stack.gdma], ["critical path", result.critical_path.causes]];
  const whole = result.length_ps;
  let svg = `<svg viewBox="0 0 1150 ${rows.length * 34 + 4}" role="img" aria-label="Cycle stacks; the table of causes is in the JSON">`;
  const used = new Set();
  rows.forEach(([name, stack], i) => {
    svg += `<text x="0" y="${i * 34 + 21}">${name}</text>` + stackBar(stack, whole, 90, i * 34 + 4, 1060, 26);
    for (const [cause, time] of Object.entries(stack)) if (time > 0) used.add(cause);
  });
  let legend = '<div class="legend">';
  for (const cause of Object.keys(result.stack.tiu))
    if (used.has(cause)) legend += `<span><i style="background:${colourOf(cause)}"></i>${cause}</span>`;
  element.innerHTML = svg + "</svg>" + legend + "</div>";
}

function bytesMoved(layer) { const b = layer.gdma.bytes; return b.s2l + b.l2s + 2 * b.s2s; }

const kWindows = 48;

// Spreads the work of each command evenly over the windows of time that it touches.
function spread(lane, work, width) {
  const sums = new Array(kWindows).fill(0);
  for (let i = 0; i < lane.begin.length; ++i) {
    const [begin, end] = [lane.begin[i], lane.begin[i] + Math.max(1, lane.duration[i])];
    for (let w = Math.floor(begin / width); w < kWindows && w * width < end; ++w)
      sums[w] += work[i] * (Math.min(end, (w + 1) * width) - Math.max(begin, w * width)) / (end - begin);
  }
  return sums;
}

// x: array cycles for each byte of DDR traffic; y: part of the time that is array work.
function rooflinePoints(data, tiu, gdma) {
  const width = data.result.length_ps / 1000 / kWindows;
  const array = spread(tiu, tiu.array, width);
  const bytes = spread(gdma, gdma.system_bytes, width);
  const perNs = data.result.tiu.clock_mhz / 1e3;
  const point = (ns, moved, time, from, to) => ({x: moved > 0 ? ns * perNs / moved : Infinity, y: ns / time, from, to});
  const points = array.map((ns, w) => point(ns, bytes[w], width, w * width, (w + 1) * width)).filter(p => p.y > 0 || p.x < Infinity);
  const sum = list => list.reduce((a, b) => a + b, 0);
  const whole = width * kWindows;
  return {points, whole: point(sum(array), sum(bytes), whole, 0, whole)};
}

function drawRoofline(element, data, timeline) {
  const {points, whole} = rooflinePoints(data, timeline.lanes[0][1], timeline.lanes[1][1]);
  const ridge = data.result.tiu.clock_mhz / 1e3 / data.ddr_peak_gb_per_s;  // array cycles per byte where both roofs meet
  const [low, high, bottom] = [Math.log10(ridge) - 3, Math.log10(ridge) + 2, -3];
  const [left, top, width, height] = [70, 14, 1060, 330];
  const px = x => left + width * Math.min(1, Math.max(0, (Math.log10(x) - low) / (high - low)));
  const py = y => top + height * Math.min(1, Math.max(0, (0.1 - Math.log10(y)) / (0.1 - bottom)));
  let svg = '<svg viewBox="0 0 1150 392" role="img" aria-label="Roofline">';
  for (let e = Math.ceil(low); e <= high; ++e)
    svg += `<line x1="${px(10 ** e)}" x2="${px(10 ** e)}" y1="${top}" y2="${top + height}" stroke="var(--line)"/>` +
      `<text class="soft" x="${px(10 ** e)}" y="${top + height + 16}" text-anchor="middle">${e >= 0 ? 10 ** e : (10 ** e).toFixed(-e)}</text>`;
  for (let e = bottom; e <= 0; ++e)
    svg += `<line x1="${left}" x2="${left + width}" y1="${py(10 ** e)}" y2="${py(10 ** e)}" stroke="var(--line)"/>` +
      `<text class="soft" x="${left - 8}" y="${py(10 ** e) + 4}" text-anchor="end">${(100 * 10 ** e).toFixed(Math.max(0, -e - 2))} %</text>`;
  svg += `<polyline fill="none" stroke="var(--ink)" stroke-width="1.6" points="${left},${py(10 ** low / ridge)} ` +
    `${px(ridge)},${py(1)} ${left + width},${py(1)}"/>`;
  const dot = (p, radius, style) => `<circle data-from="${p.from}" data-to="${p.to}" cx="${px(p.x).toFixed(1)}" cy="${py(p.y).toFixed(1)}" ` +
    `r="${radius}" ${style}><title>${(p.from / 1e6).toFixed(3)} to ${(p.to / 1e6).toFixed(3)} ms\n` +
    `${p.x === Infinity ? "no bytes moved" : p.x.toPrecision(3) + " array cycles for each byte"}, array used ${(100 * p.y).toFixed(1)} % of the time</title></circle>`;
  points.forEach((p, i) => {
    const hue = 210 - 190 * i / points.length;
    svg += dot(p, 6, `fill="hsl(${hue.toFixed(0)} 60% 50%)" fill-opacity="0.6" stroke="var(--ink)" stroke-opacity="0.4"`);
  });
  svg += dot(whole, 9, 'fill="none" stroke="var(--ink)" stroke-width="2.5"') +
    `<text class="soft" x="${left + width / 2}" y="386" text-anchor="middle">array cycles for each byte moved ` +
    `(left of ${ridge.toPrecision(3)} DDR is the roof)</text>` +
    `<text class="soft" x="14" y="${top + height / 2}" text-anchor="middle" transform="rotate(-90 14 ${top + height / 2})">array use</text>`;
  element.innerHTML = svg + "</svg>";
  element.onclick = event => {
    const hit = event.target.closest("circle");
    if (hit) timeline.jump(Number(hit.dataset.from), Number(hit.dataset.to));
  };
}
