// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
"use strict";
const byId = (id) => document.getElementById(id);
const result = data.result;
const palette = ["#7c3aed", "#0f766e", "#a16207", "#be185d", "#4d7c0f", "#9f1239", "#475569", "#0891b2"];
const causeColour = (name) => {
  const i = result.causes.findIndex((c) => c.class === name);
  return i < 0 ? "#b8bec5" : palette[i % palette.length];
};
const word = (ms) => (ms > 0 ? "slower" : ms < 0 ? "faster" : "the same");
const kMatches = ["the same", "changed", "new", "gone"];
const signed = (ms) => (ms >= 0 ? "+" : "") + ms.toFixed(3);

function cell(row, text, kind) {
  const td = row.insertCell();
  td.textContent = text;
  if (kind) td.className = kind;
  return td;
}
function titles(table, names) {
  const row = table.createTHead().insertRow();
  for (const [name, kind] of names) {
    const th = document.createElement("th");
    th.textContent = name;
    th.className = kind || "";
    row.appendChild(th);
  }
}

byId("sentence").textContent = result.sentence;
for (const side of ["a", "b"]) {
  const s = result[side];
  const line = document.createElement("span");
  line.innerHTML = `<span class="${side}">${side.toUpperCase()}</span> `;
  const changes = s.chip_changes.map((c) => `${c.key} ${c.to} (was ${c.from}, ${c.set_by})`).join(", ");
  line.append(`${s.name}: ${s.chip} ${s.product || ""}${changes ? "; chip changed: " + changes : ""}, ${s.evidence} ${s.ms.toFixed(3)} ms` +
    (s.ms_interval ? ` (90 %: ${s.ms_interval[0].toFixed(3)} to ${s.ms_interval[1].toFixed(3)})` : ""));
  for (const part of s.left_out)
    line.append(`; left out: sub-network ${part.subnet}, ${part.what} (${part.id})`);
  byId("sides").append(line, document.createElement("br"));
}
if (result.within_uncertainty && !result.no_difference)
  byId("sides").append(`The difference is smaller than the emulator can be trusted for (${result.uncertain_ms.toFixed(3)} ms).`);

function waterfall() {
  const bars = [["A", 0, result.a_ms, "var(--a)", result.a_ms.toFixed(3) + " ms"]];
  let at = result.a_ms;
  for (const cause of result.causes) {
    bars.push([cause.class, at, at + cause.delta_ms, causeColour(cause.class), `${signed(cause.delta_ms)} ms ${word(cause.delta_ms)}`]);
    at += cause.delta_ms;
  }
  bars.push(["B", 0, result.b_ms, "var(--b)", result.b_ms.toFixed(3) + " ms"]);
  const ends = bars.flatMap((b) => [b[1], b[2]]);
  const shift = result.causes.length && Math.max(result.a_ms, result.b_ms) > 6 * Math.max(...result.causes.map((c) => Math.abs(c.delta_ms)))
    ? Math.max(0, Math.min(...ends.filter((e) => e > 0)) - 2 * Math.max(...result.causes.map((c) => Math.abs(c.delta_ms)), 1e-6)) : 0;
  const top = Math.max(...ends);
  const x = (ms) => 190 + 620 * Math.max(0, ms - shift) / Math.max(top - shift, 1e-9);
  let svg = `<svg viewBox="0 0 1100 ${bars.length * 26 + 24}" role="img" aria-label="Waterfall from A over the causes to B">`;
  bars.forEach(([name, from, to, colour, text], i) => {
    const left = x(Math.min(from, to)), right = x(Math.max(from, to));
    svg += `<text x="180" y="${i * 26 + 17}" text-anchor="end">${name}</text>` +
      `<rect class="step" x="${left}" y="${i * 26 + 4}" width="${Math.max(right - left, 1)}" height="18" fill="${colour}"></rect>` +
      `<text x="${Math.max(right, left) + 8}" y="${i * 26 + 17}" class="soft">${text}</text>`;
    if (from === 0 && shift > 0)  // the bar is cut: a gap in it says so
      svg += `<path d="M 204 ${i * 26 + 23} l 6 -20 h 5 l -6 20 z" fill="var(--paper)"></path>`;
    if (i + 1 < bars.length) svg += `<line x1="${x(to)}" x2="${x(to)}" y1="${i * 26 + 4}" y2="${i * 26 + 48}" stroke="var(--soft)" stroke-dasharray="2 2"></line>`;
  });
  svg += shift > 0 ? `<text x="190" y="${bars.length * 26 + 16}" class="soft">The axis starts at ${shift.toFixed(3)} ms.</text>` : "";
  byId("waterfall").innerHTML = svg + "</svg>";
}
waterfall();

titles(byId("causes"), [["cause"], ["ms", "number"], ["% of A", "number"], ["what and how"], ["layers"]]);
const causeBody = byId("causes").createTBody();
for (const cause of result.causes) {
  const row = causeBody.insertRow();
  cell(row, cause.class).style.borderLeft = `6px solid ${causeColour(cause.class)}`;
  cell(row, signed(cause.delta_ms), "number");
  cell(row, (100 * cause.delta_ms / result.a_ms).toFixed(1), "number");
  cell(row, cause.text);
  cell(row, cause.layers.slice(0, 4).join(", ") + (cause.layers.length > 4 ? ` and ${cause.layers.length - 4} more` : ""));
}

const view = { from: 0, to: Math.max(result.a_ms, result.b_ms) * 1e6, chosen: -1, width: 0 };
const kHeight = 250;
const canvas = byId("timeline");
const lanes = [["A TIU", data.a.tiu, 18], ["A GDMA", data.a.gdma, 58], ["B TIU", data.b.tiu, 148], ["B GDMA", data.b.gdma, 188]];
/// Where the commands of a matched layer that belongs to a cause lie on both sides.
function extents(side) {
  const of = result.layers.map(() => [Infinity, -Infinity]);
  for (const lane of [side.tiu, side.gdma])
    lane.row.forEach((row, i) => {
      if (row >= 0) of[row] = [Math.min(of[row][0], lane.begin[i]), Math.max(of[row][1], lane.begin[i] + lane.duration[i])];
    });
  return of;
}
const extentsA = extents(data.a), extentsB = extents(data.b);
const links = result.layers.flatMap((layer, row) => {
  const [a, b] = [extentsA[row], extentsB[row]];
  return layer.class && a[0] <= a[1] && b[0] <= b[1] ? [{ a, b, colour: causeColour(layer.class) }] : [];
});
function drawLink(g, a, b, colour, alpha) {
  g.save();
  g.beginPath();
  g.rect(60, 88, view.width, 60);
  g.clip();
  g.globalAlpha = alpha;
  g.fillStyle = colour;
  g.beginPath();
  g.moveTo(a[0], 90); g.lineTo(Math.max(a[1], a[0] + 1), 90); g.lineTo(Math.max(b[1], b[0] + 1), 146); g.lineTo(b[0], 146);
  g.fill();
  g.restore();
}
const px = (ns) => 60 + (view.width - 70) * (ns - view.from) / (view.to - view.from);
function draw() {
  const ratio = window.devicePixelRatio || 1;
  view.width = canvas.clientWidth;
  canvas.width = view.width * ratio;
  canvas.height = kHeight * ratio;
  canvas.style.height = kHeight + "px";
  const g = canvas.getContext("2d");
  g.scale(ratio, ratio);
  g.clearRect(0, 0, view.width, kHeight);
  g.font = "12px system-ui, sans-serif";
  if (view.chosen < 0) for (const link of links) drawLink(g, link.a.map(px), link.b.map(px), link.colour, 0.14);
  const marks = {};
  for (const [name, lane, y] of lanes) {
    const side = name[0];
    let last = "";
    for (let i = 0; i < lane.begin.length; ++i) {
      const left = px(lane.begin[i]), right = px(lane.begin[i] + lane.duration[i]);
      if (right < 60 || left > view.width) continue;
      const chosen = view.chosen >= 0 && lane.row[i] === view.chosen;
      g.fillStyle = causeColour(lane.row[i] < 0 ? "" : result.layers[lane.row[i]].class);
      g.globalAlpha = view.chosen < 0 || chosen ? 1 : 0.3;
      // of commands narrower than a pixel one a pixel and colour is enough
      const key = Math.floor(left) + g.fillStyle + chosen;
      if (right - left < 1 && key === last) continue;
      last = key;
      g.fillRect(Math.max(left, 60), y, Math.max(right - Math.max(left, 60), 0.6), 30);
      if (chosen) {
        marks[side] = marks[side] || [left, right];
        marks[side] = [Math.min(marks[side][0], left), Math.max(marks[side][1], right)];
      }
    }
    g.globalAlpha = 1;
    g.fillStyle = themed(side === "A" ? "--a" : "--b");
    g.fillText(name, 2, y + 19);
  }
  if (marks.A && marks.B) drawLink(g, marks.A, marks.B, themed("--link"), 1);
  g.fillStyle = themed("--soft");
  const steps = Math.max(1, Math.min(5, Math.floor((view.width - 70) / 90)));
  for (let k = 0; k <= steps; ++k) {
    const ns = view.from + k * (view.to - view.from) / steps;
    const text = (ns / 1e6).toFixed(3) + " ms";
    g.fillText(text, Math.min(px(ns), view.width - g.measureText(text).width - 2), 240);
  }
}
function at(event) {
  const box = canvas.getBoundingClientRect();
  const x = event.clientX - box.left, y = event.clientY - box.top;
  const ns = view.from + (x - 60) / (view.width - 70) * (view.to - view.from);
  for (const [, lane, top] of lanes)
    if (y >= top && y <= top + 30)
      for (let i = 0; i < lane.begin.length; ++i)
        if (lane.begin[i] <= ns && ns <= lane.begin[i] + lane.duration[i]) return { lane, i, ns };
  return { ns };
}
function show(from, to) {
  view.from = from;
  view.to = Math.max(to, from + 20);
  draw();
}
function zoomBy(factor, ns = (view.from + view.to) / 2) { show(ns - (ns - view.from) * factor, ns + (view.to - ns) * factor); }
function showAll() { show(0, Math.max(result.a_ms, result.b_ms) * 1e6); }
canvas.addEventListener("wheel", (event) => {  // the wheel alone scrolls the page
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoomBy(Math.exp(event.deltaY / 500), at(event).ns);
}, { passive: false });
canvas.addEventListener("keydown", (event) => {
  const shift = (view.to - view.from) / 4;
  const actions = { "+": () => zoomBy(0.5), "=": () => zoomBy(0.5), "-": () => zoomBy(2), Home: showAll,
    ArrowLeft: () => show(view.from - shift, view.to - shift), ArrowRight: () => show(view.from + shift, view.to + shift) };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});
let drag = null;
canvas.addEventListener("mousedown", (event) => { drag = { x: event.clientX, from: view.from, to: view.to, moved: false }; });
window.addEventListener("mouseup", () => { drag = null; });
canvas.addEventListener("mousemove", (event) => {
  if (drag) {
    const shift = (drag.x - event.clientX) / (view.width - 70) * (drag.to - drag.from);
    drag.moved = drag.moved || Math.abs(drag.x - event.clientX) > 3;
    show(drag.from + shift, drag.to + shift);
    return;
  }
  const hit = at(event);
  byId("under").textContent = hit.lane ? describe(hit.lane, hit.i) : "\u00a0";
});
canvas.addEventListener("dblclick", showAll);
canvas.addEventListener("click", (event) => { const hit = at(event); if (hit.lane && hit.lane.row[hit.i] >= 0) address(hit.lane.row[hit.i]); });

const rowName = (row) => (row < 0 ? "(no layer)" : result.layers[row].b || result.layers[row].a);
function describe(lane, i) {
  return `${data.operations[lane.operation[i]]} id ${lane.id[i]}, ${rowName(lane.row[i])}, from ${(lane.begin[i] / 1e6).toFixed(6)} ms, ` +
    `${(lane.duration[i] / 1e3).toFixed(3)} us${lane.bytes[i] ? ", " + lane.bytes[i] + " bytes" : ""}`;
}

const order = result.layers.map((_, i) => i).sort((p, q) =>
  Math.abs(result.layers[q].b_ms - result.layers[q].a_ms) - Math.abs(result.layers[p].b_ms - result.layers[p].a_ms));
titles(byId("layers"), [["A"], ["B"], ["kind"], ["A ms", "number"], ["B ms", "number"], ["difference", "number"], [""], ["cause"]]);
const layerBody = byId("layers").createTBody();
for (const i of order) {
  const layer = result.layers[i];
  const row = layerBody.insertRow();
  row.dataset.layer = i;
  for (const name of [layer.a || "new", layer.b || "gone"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    row.insertCell().append(button);
  }
  cell(row, layer.kind);
  cell(row, layer.a ? layer.a_ms.toFixed(3) : "", "number");
  cell(row, layer.b ? layer.b_ms.toFixed(3) : "", "number");
  cell(row, signed(layer.b_ms - layer.a_ms), "number");
  cell(row, Math.abs(layer.b_ms - layer.a_ms) < 0.0005 ? "" : word(layer.b_ms - layer.a_ms));
  cell(row, layer.class);
  row.addEventListener("click", () => address(i));
}
/// "#layer=NAME" of B, or of A where B has none. The same again chooses nothing.
function address(index) {
  const wanted = "#layer=" + encodeURIComponent(rowName(index));
  location.hash = location.hash === wanted ? "" : wanted;
}
function followAddress() {
  const match = location.hash.match(/^#layer=(.*)$/);
  choose(match ? order.find((i) => rowName(i) === decodeURIComponent(match[1])) ?? -1 : -1);
}
function choose(index) {
  view.chosen = index;
  for (const row of layerBody.rows) row.className = Number(row.dataset.layer) === view.chosen ? "chosen" : "";
  const box = byId("commands");
  box.replaceChildren();
  if (view.chosen >= 0) {
    const table = document.createElement("table");
    titles(table, [["commands"], ["engine"], ["A"], ["us", "number"], ["bytes", "number"], ["B"], ["us", "number"], ["bytes", "number"]]);
    const body = table.createTBody();
    const counts = [0, 0, 0, 0];
    for (const [match, engine, a, b] of data.pairs[view.chosen]) {
      ++counts[match];
      const row = body.insertRow();
      cell(row, kMatches[match]);
      cell(row, engine === 0 ? "TIU" : "GDMA");
      for (const [side, i] of [["a", a], ["b", b]]) {
        const lane = engine === 0 ? data[side].tiu : data[side].gdma;
        cell(row, i < 0 ? "" : `${data.operations[lane.operation[i]]} id ${lane.id[i]}`, i < 0 ? "" : side);
        cell(row, i < 0 ? "" : (lane.duration[i] / 1e3).toFixed(3), "number");
        cell(row, i < 0 ? "" : lane.bytes[i] || "", "number");
      }
    }
    const summary = counts.map((n, match) => `${n} ${kMatches[match]}`).join(", ");
    box.append(`Commands of ${rowName(view.chosen)}: ${summary}`, table);
  }
  draw();
}

titles(byId("settings"), [["what"], ["A"], ["B"]]);
const settingBody = byId("settings").createTBody();
for (const key of ["name", "chip", "product", "compiler", "batch"])
  if (result.a[key] !== result.b[key]) {
    const row = settingBody.insertRow();
    cell(row, key);
    cell(row, result.a[key]);
    cell(row, result.b[key]);
  }
for (const setting of result.settings) {
  const row = settingBody.insertRow();
  const [key, values] = setting.split(": ");
  const [before, after] = values.split(" -> ");
  cell(row, key);
  cell(row, before);
  cell(row, after);
}
window.addEventListener("resize", draw);
window.addEventListener("hashchange", followAddress);
drawnInEveryTheme(draw);
draw();
followAddress();
