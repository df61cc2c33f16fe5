// Fills the page.
const result = data.result;
const timeline = new Timeline(document.getElementById("timeline"), document.getElementById("under"), data);

function fillHead() {
  document.title = `bmemu: ${result.program}`;
  document.getElementById("title").textContent = `${result.program} on ${result.chip}${result.product ? ", " + result.product : ""}`;
  const chip = result.chip_description.parameters;
  document.getElementById("clocks").textContent =
    `TIU ${result.tiu.clock_mhz} MHz, GDMA ${result.gdma.clock_mhz} MHz, DDR ${chip["ddr.rate_mt_per_s"].value} MT/s ` +
    `(${data.ddr_peak_gb_per_s} GB/s peak); network ${result.network}, batch ${result.batch}. ` +
    `Times are emulated, not measured. bmemu ${result.bmemu.version} (${result.bmemu.git}).`;
  const bytes = Object.values(result.gdma.bytes).reduce((a, b) => a + b, 0);
  const numbers = [[shownMs(result.time_ms) + " ms", "run"], [shownMs(result.per_image_ms) + " ms", "per image"],
    [shownMs(result.ideal_ms) + " ms", "ideal"], [share(result.tiu.utilisation, 1), "TIU busy"],
    [share(result.gdma.utilisation, 1), "GDMA busy"], [share(result.stack.tiu.array, result.length_ps), "array work"],
    [(bytes / 1e6).toFixed(2) + " MB", "moved by the GDMA"]];
  document.getElementById("numbers").innerHTML = numbers.map(([n, what]) => `<div><b>${n}</b><span>${what}</span></div>`).join("");
}

/// What a reader must know besides the numbers, most important first.
function fillFacts() {
  const facts = data.verdict ? [data.verdict.trim()] : [];
  const changes = result.chip_changes.map(c => `${c.key} ${c.to} (was ${c.from}, ${c.set_by})`);
  if (changes.length) facts.push(`The chip was changed: ${changes.join(", ")}.`);
  const interval = result.time_ms_interval;
  facts.push(interval ? `90 %: ${shownMs(interval[0])} to ${shownMs(interval[1])} ms, from errors on ${result.calibration.type} networks that were not fitted.`
                      : `No interval: ${result.calibration.unavailable}.`);
  for (const reason of result.calibration.outside) facts.push(`Outside the calibrated domain: ${reason}.`);
  for (const part of result.left_out)
    facts.push(`Left out: sub-network ${part.subnet}, ${part.what} (${part.bytes_in} bytes in, ${part.bytes_out} bytes out; ${part.id}).`);
  if (result.values_end) facts.push(`Values stop ${result.values_end}.`);
  if (result.hazards.length) facts.push(`${result.hazards.length} pairs of commands lack a wait between the engines; the first: ${result.hazards[0].where}.`);
  const unwritten = result.uninitialised;
  if (unwritten.count) facts.push(`${unwritten.count} operands read memory that was never written; the first: ${unwritten.where[0]}.` +
    (unwritten.probe ? (unwritten.probe.outputs_equal ? " It does not matter for the outputs." : ` These outputs depend on it: ${unwritten.probe.different.join(", ")}.`) : ""));
  for (const c of result.value_counts.slice(0, 10))
    facts.push(`${c.name} (${c.kind}): ${c.nan} NaN, ${c.infinite} infinite, ${c.saturated} saturated of ${c.elements}.`);
  if (result.first_not_finite) facts.push(`The first NaN or infinity is made by ${result.first_not_finite}.`);
  facts.push(...result.notes);
  document.getElementById("facts").innerHTML = facts.map(fact => `<li>${escaped(fact)}</li>`).join("");
}

const columns = [
  ["layer", l => l.name, "text"], ["kind", l => l.kind, "text"], ["ms", l => l.time_ms, "ms"],
  ["%", l => 100 * l.time_ms / result.time_ms, "percent"], ["TIU busy ms", l => l.tiu.busy_ms, "ms"],
  ["GDMA busy ms", l => l.gdma.busy_ms, "ms"], ["MB", l => bytesMoved(l) / 1e6, "ms"],
  ["commands", l => l.tiu.commands + l.gdma.commands, "count"],
];
let sorted = {column: 2, direction: -1};
let chosen = -1;  // the layer that the address names

/// "layer=NAME", with "&kind=KIND" where a layer before it has the same name: an operator and the store of its result.
function addressOf(layer) {
  const {name, kind} = result.layers[layer];
  const isFirst = result.layers.findIndex(other => other.name === name) === layer;
  return "layer=" + encodeURIComponent(name) + (isFirst ? "" : "&kind=" + encodeURIComponent(kind));
}

/// "#layer=NAME": the layer in the table and in the timeline; the commands of all others become pale.
function followAddress() {
  const match = location.hash.match(/^#layer=([^&]*)(?:&kind=(.*))?$/);
  const [name, kind] = match ? match.slice(1).map(text => text && decodeURIComponent(text)) : [];
  chosen = match ? result.layers.findIndex(layer => layer.name === name && (!kind || layer.kind === kind)) : -1;
  fillLayers();
  timeline.choose(chosen);
  if (chosen < 0) return;
  const [from, to] = data.layer_spans[chosen];
  timeline.jump(from - (to - from) * 0.1, to + (to - from) * 0.1);
}

/// The legend is a filter: a class that is pressed out is not drawn.
function fillClasses() {
  const used = new Set(data.operations.map(classOf));
  const legend = document.getElementById("classes");
  legend.innerHTML = [...used].sort((a, b) => a - b).map(work =>
    `<button type="button" aria-pressed="true" data-work="${work}"><i style="background:${workClasses[work][1]}"></i>${workClasses[work][0]}</button>`).join("");
  legend.onclick = event => {
    const button = event.target.closest("button");
    if (!button) return;
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
    timeline.toggle(Number(button.dataset.work));
  };
}

/// Commands that match are highlighted; Enter goes to the next one, Shift and Enter to the one before.
function bindFind() {
  const [box, found] = [document.getElementById("find"), document.getElementById("found")];
  box.oninput = () => {
    const test = matcher(data, box.value);
    timeline.picked = null;
    const count = test ? timeline.highlight(test) : (timeline.choose(timeline.chosen), 0);
    found.textContent = !test ? "" : `${count} ${count === 1 ? "command" : "commands"}${count ? "; Enter: next" : ""}`;
  };
  box.onkeydown = event => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const step = event.shiftKey ? -1 : 1;
    if (!timeline.pickNext(step)) { timeline.picked = null; timeline.pickNext(step); }
  };
}

function bindControls() {
  bindFind();
  document.getElementById("closer").onclick = () => timeline.zoomBy(0.5);
  document.getElementById("farther").onclick = () => timeline.zoomBy(2);
  document.getElementById("all").onclick = () => { history.replaceState(null, "", location.pathname + location.search); followAddress(); timeline.show(0, timeline.length); };
  timeline.onchoose = layer => { location.hash = addressOf(layer); };
  document.getElementById("filter").oninput = fillLayers;
}

function causeBar(layer) {
  const whole = Object.values(layer.causes).reduce((a, b) => a + b, 0);
  return Object.entries(layer.causes).filter(([, t]) => t > 0).map(([cause, t]) =>
    `<span class="bar" style="width:${(150 * t / whole).toFixed(1)}px;background:${colourOf(cause)}" ` +
    `title="${cause}: ${share(t, whole)}, ${meaningOf(cause)}"></span>`).join("");
}

/// What the filter looks into.
function searched(layer) {
  return `${layer.name} ${layer.kind}${layer.tiu.commands ? " tiu" : ""}${layer.gdma.commands ? " gdma" : ""}`.toLowerCase();
}

function fillLayers() {
  const shown = {text: escaped, ms: shownMs, percent: v => v.toFixed(1), count: v => v};
  const rows = result.layers.map((layer, i) => ({layer, i}));
  if (result.no_layer && result.no_layer.tiu.commands + result.no_layer.gdma.commands > 0)
    rows.push({layer: {...result.no_layer, name: "(no layer)", kind: ""}, i: -1});
  const wanted = document.getElementById("filter").value.toLowerCase().split(/\s+/);
  const value = columns[sorted.column][1];
  rows.sort((a, b) => {
    const [x, y] = [value(a.layer), value(b.layer)];
    return sorted.direction * (x < y ? -1 : x > y ? 1 : 0) || a.i - b.i;
  });
  const table = document.getElementById("layers");
  table.innerHTML = "<thead><tr>" + columns.map(([name, , type], i) => `<th data-column="${i}" class="${type === "text" ? "" : "number"}"` +
    `${i === sorted.column ? ` aria-sort="${sorted.direction < 0 ? "descending" : "ascending"}"` : ""}><button type="button">` +
    `${name}${i === sorted.column ? (sorted.direction < 0 ? " \u25be" : " \u25b4") : ""}</button></th>`).join("") + "<th>causes</th></tr></thead><tbody>" +
    rows.filter(({layer}) => wanted.every(word => searched(layer).includes(word))).map(({layer, i}) =>
      `<tr data-index="${i}" data-layer="${escaped(layer.name)}" class="${i >= 0 && i === chosen ? "chosen" : ""}">` + columns.map(([, get, type], k) =>
      `<td class="${type === "text" ? "" : "number"}">${k === 0 && i >= 0 ? `<a href="#${addressOf(i)}">${escaped(layer.name)}</a>` : shown[type](get(layer))}</td>`).join("") +
      `<td>${causeBar(layer)}</td></tr>`).join("") + "</tbody>";
  table.onclick = event => {
    const title = event.target.closest("th[data-column]");
    const row = event.target.closest("tr[data-index]");
    if (title) {
      const column = Number(title.dataset.column);
      sorted = {column, direction: sorted.column === column ? -sorted.direction : (columns[column][2] === "text" ? 1 : -1)};
      fillLayers();
    } else if (row && Number(row.dataset.index) >= 0) {
      location.hash = addressOf(Number(row.dataset.index));
    }
  };
}

function fillChip() {
  document.getElementById("chip").innerHTML = "<tr><th>parameter</th><th class='number'>value</th><th>unit</th><th>provenance</th><th>set by</th><th>source</th></tr>" +
    Object.entries(result.chip_description.parameters).map(([key, p]) => `<tr><td>${key}</td><td class="number">${p.value}</td><td>${p.unit}</td>` +
      `<td>${p.provenance}</td><td>${escaped(p.set_by)}</td><td>${escaped(p.source)}</td></tr>`).join("");
}

fillHead();
fillFacts();
drawStack(document.getElementById("stack"), result);
const showRoofline = () => drawRoofline(document.getElementById("roofline"), data, timeline);
showRoofline();
fillLayers();
fillChip();
fillClasses();
bindControls();
timeline.describe(null);
followAddress();
window.addEventListener("hashchange", followAddress);
window.addEventListener("resize", showRoofline);
