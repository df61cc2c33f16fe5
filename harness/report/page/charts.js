// Colours, numbers, the cycle stack and the roofline.
const causeColours = {
  array: "#2f6f9f", padding: "#8fb8d6", bank_conflict: "#c0504d", fill: "#b9a3d0", supply: "#7a5ba6", transfer: "#3f8f5f",
  row: "#a3cfa8", descriptor: "#d9c36a", ddr: "#e08e45", ddr_row: "#c9692c", ddr_turnaround: "#a64f20", ddr_refresh: "#7d3b18",
  ddr_burst: "#f0b98a", ddr_interleave: "#5c2a10", sync: "#b5bcc4", fetch: "#8a939c", launch: "#5b6570", idle: "#e4e8ec",
};
/// Classes of work: a name, a colour on which white text can be read, and what stands before the point in names of
/// operations.
const workClasses = [
  ["convolution", "#2f6f9f", ["conv", "convcorr"]],
  ["matrix product", "#7a5ba6", ["mm", "mm2"]],
  ["pooling, depthwise", "#2b7d7c", ["pord"]],
  ["elementwise", "#a85a12", ["arith", "cmp", "lin", "vc", "mdscalar", "mdcmp", "mdlinear"]],
  ["quantise", "#a8457a", ["quant"]],
  ["function, table", "#b3413e", ["sfu", "mdsfu"]],
  ["move in local memory", "#5c6f1d", ["tsbc"]],
  ["gather, scatter", "#6b4c3b", ["sg", "sgl"]],
  ["transfer", "#2f7f52", ["dma", "gdma"]],
  ["other", "#4b5563", []],
];
function classOf(operation) {
  const head = operation.split(".")[0];
  const found = workClasses.findIndex(([, , heads]) => heads.includes(head));
  return found < 0 ? workClasses.length - 1 : found;
}

function meaningOf(cause) { return data.causes.find(({name}) => name === cause).meaning; }

function colourOf(cause) { return causeColours[cause] || "#ff00aa"; }

function escaped(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
function share(part, whole) { return whole ? (100 * part / whole).toFixed(1) + " %" : "n/a"; }
function shownMs(ms) { return ms >= 100 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(3) : ms.toFixed(4); }

function stackBar(stack, whole) {
  return Object.entries(stack).filter(([, time]) => time > 0).map(([cause, time]) =>
    `<i style="width:${(100 * time / whole).toFixed(3)}%;background:${colourOf(cause)}" ` +
    `title="${cause}: ${shownMs(time / 1e9)} ms, ${share(time, whole)}\n${meaningOf(cause)}"></i>`).join("");
}

const kLeastShare = 0.0005;  // of the run: what the text of a run shows, too

function drawStack(element, result) {
  const rows = [["TIU", result.stack.tiu], ["GDMA", result.stack.gdma], ["critical path", result.critical_path.causes]];
  const whole = Math.max(1, result.length_ps);
  const bars = rows.map(([name, stack]) => `<div class="stack"><span>${name}</span><div role="img" aria-label="${name}: ` +
    Object.entries(stack).filter(([, time]) => time >= kLeastShare * whole).map(([cause, time]) => `${cause} ${share(time, whole)}`).join(", ") +
    `">${stackBar(stack, whole)}</div></div>`).join("");
  const most = cause => Math.max(...rows.map(([, stack]) => stack[cause] || 0));
  const legend = Object.keys(result.stack.tiu).filter(cause => most(cause) >= kLeastShare * whole).map(cause =>
    `<span><i style="background:${colourOf(cause)}"></i>${cause}: ${meaningOf(cause)}</span>`).join("");
  element.innerHTML = `${bars}<div class="legend">${legend}</div>`;
}

function bytesMoved(layer) { const b = layer.gdma.bytes; return b.s2l + b.l2s + 2 * b.s2s; }
