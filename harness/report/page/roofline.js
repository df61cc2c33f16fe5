// The roofline: what the array reached over what each byte of DDR traffic was used for.
const kWindows = 48;

/// Spreads the work of each command evenly over the windows of time that it touches.
function spread(lane, work, width) {
  const sums = new Array(kWindows).fill(0);
  for (let i = 0; i < lane.begin.length; ++i) {
    const [begin, end] = [lane.begin[i], lane.begin[i] + Math.max(1, lane.duration[i])];
    for (let w = Math.floor(begin / width); w < kWindows && w * width < end; ++w)
      sums[w] += work[i] * (Math.min(end, (w + 1) * width) - Math.max(begin, w * width)) / (end - begin);
  }
  return sums;
}

/// x: operations per byte; y: TOPS. A nanosecond of array work counts as the array's peak, whatever the type.
function rooflinePoints(data, tiu, gdma) {
  const opsPerNs = data.result.work.peak_tops * 1e3;
  const point = (ns, moved, time, what, from, to) => ({x: moved > 0 ? ns * opsPerNs / moved : Infinity, y: ns / time * opsPerNs / 1e3, what, from, to});
  const width = data.result.length_ps / 1000 / kWindows;
  const array = spread(tiu, tiu.array, width);
  const bytes = spread(gdma, gdma.system_bytes, width);
  const windows = array.map((ns, w) => point(ns, bytes[w], width, `${(w * width / 1e6).toFixed(3)} to ${((w + 1) * width / 1e6).toFixed(3)} ms`, w * width, (w + 1) * width))
    .filter(p => p.y > 0 || p.x < Infinity);
  const served = data.result.layers.map(() => ({array: 0, bytes: 0}));  // a load's bytes are those of the layer that reads them
  data.result.layers.forEach((layer, i) => {
    const group = served[data.served_layer[i]];
    group.array += layer.tiu.stack.array / 1e3;
    group.bytes += bytesMoved(layer);
  });
  const layers = data.result.layers.map((layer, i) =>
    point(served[i].array, served[i].bytes, Math.max(1, data.served_active_ns[i]), layer.name, ...data.layer_spans[i])).filter(p => p.y > 0);
  const sum = list => list.reduce((a, b) => a + b, 0);
  return {windows, layers, whole: point(sum(array), sum(bytes), width * kWindows, "the whole run", 0, width * kWindows)};
}

/// 0.01, 0.1, 1 ... 10000 without exponents.
function decade(e) { return e >= 0 ? String(10 ** e) : (10 ** e).toFixed(-e); }

function drawRoofline(element, data, timeline) {
  const peak = data.result.work.peak_tops;
  if (!peak) { element.textContent = "No command multiplies: there is no roof."; return; }
  const {windows, layers, whole} = rooflinePoints(data, timeline.lanes[0].commands, timeline.lanes[1].commands);
  const ridge = peak * 1e3 / data.ddr_peak_gb_per_s;  // operations per byte where both roofs meet
  const [low, high] = [Math.log10(ridge) - 3, Math.log10(ridge) + 2];
  const [bottom, ceiling] = [Math.log10(peak) - 3, Math.log10(peak) + 0.25];
  const all = Math.max(300, Math.min(1150, element.clientWidth));  // as wide as its place: letters keep their size
  const isNarrow = all < 600;
  const [left, top, width, height] = [isNarrow ? 56 : 78, 14, all - (isNarrow ? 62 : 98), 330];
  const px = x => left + width * Math.min(1, Math.max(0, (Math.log10(x) - low) / (high - low)));
  const py = y => top + height * Math.min(1, Math.max(0, (ceiling - Math.log10(y)) / (ceiling - bottom)));
  let svg = `<svg viewBox="0 0 ${all} 392" role="img" aria-label="Roofline: TOPS over operations per byte">`;
  for (let e = Math.ceil(low); e <= high; ++e)
    svg += `<line x1="${px(10 ** e)}" x2="${px(10 ** e)}" y1="${top}" y2="${top + height}" stroke="var(--line)"/>` +
      `<text class="soft" x="${px(10 ** e)}" y="${top + height + 16}" text-anchor="middle">${decade(e)}</text>`;
  for (let e = Math.ceil(bottom); e <= ceiling; ++e)
    svg += `<line x1="${left}" x2="${left + width}" y1="${py(10 ** e)}" y2="${py(10 ** e)}" stroke="var(--line)"/>` +
      `<text class="soft" x="${left - 8}" y="${py(10 ** e) + 4}" text-anchor="end">${decade(e)}</text>`;
  svg += `<polyline fill="none" stroke="var(--ink)" stroke-width="1.6" points="${left},${py(10 ** low * data.ddr_peak_gb_per_s / 1e3)} ` +
    `${px(ridge)},${py(peak)} ${left + width},${py(peak)}"/>` +
    `<text x="${left + width - 6}" y="${py(peak) - 6}" text-anchor="end">array, ${data.result.work.type}: ${peak.toFixed(2)} TOPS</text>` +
    `<text text-anchor="middle" transform="translate(${px(ridge / 30)} ${py(peak / 30) - 8}) rotate(${(-180 / Math.PI * Math.atan2(py(peak / 30) - py(peak), px(ridge) - px(ridge / 30))).toFixed(1)})">` +
    `DDR: ${data.ddr_peak_gb_per_s} GB/s</text>`;
  const dot = (p, radius, style) => `<circle data-from="${p.from}" data-to="${p.to}" cx="${px(p.x).toFixed(1)}" cy="${py(p.y).toFixed(1)}" ` +
    `r="${radius}" ${style}><title>${escaped(p.what)}\n${p.x === Infinity ? "no bytes moved" : p.x.toPrecision(3) + " operations per byte"}, ${p.y.toPrecision(3)} TOPS</title></circle>`;
  windows.forEach((p, i) => {
    const hue = 210 - 190 * i / windows.length;
    svg += dot(p, 6, `fill="hsl(${hue.toFixed(0)} 60% 50%)" fill-opacity="0.6" stroke="var(--ink)" stroke-opacity="0.4"`);
  });
  for (const p of layers) svg += dot(p, 3, 'class="layer" fill="var(--mark)" stroke="var(--paper)" stroke-width="0.7"');
  svg += dot(whole, 9, 'fill="none" stroke="var(--ink)" stroke-width="2.5"') +
    `<text class="soft" x="${left + width / 2}" y="386" text-anchor="middle">operations per byte${isNarrow ? "" : " of DDR, L2 and static memory"} (the roofs meet at ${ridge.toPrecision(3)})</text>` +
    `<text class="soft" x="14" y="${top + height / 2}" text-anchor="middle" transform="rotate(-90 14 ${top + height / 2})">TOPS</text>`;
  element.innerHTML = svg + "</svg>";
  element.onclick = event => {
    const hit = event.target.closest("circle");
    if (hit) timeline.jump(Number(hit.dataset.from), Number(hit.dataset.to));
  };
}
