// Commands in words, and the search for them.

/// "12345 ns" as people read it.
function shownNs(ns) { return ns >= 1e6 ? `${(ns / 1e6).toFixed(3)} ms` : ns >= 1e3 ? `${(ns / 1e3).toFixed(3)} us` : `${ns} ns`; }

const waitNames = new Set(["sync", "fetch", "launch", "idle"]);

/// [[cause, ns], ...] of a command, waits before it apart from the work.
function stackOf(data, commands, i) {
  const flat = data.stacks[commands.stack[i]];
  const parts = {work: [], waits: []};
  for (let k = 0; k < flat.length; k += 2) {
    const name = data.causes[flat[k]].name;
    (waitNames.has(name) ? parts.waits : parts.work).push([name, flat[k + 1]]);
  }
  return parts;
}

/// What a command is, when it ran, why so long, and what let it begin: lines of [title, text].
function commandLines(data, lanes, at, i) {
  const c = lanes[at].commands;
  const other = lanes[1 - at].name;
  const {work, waits} = stackOf(data, c, i);
  const layer = c.layer[i];
  const clock = data.result.tiu.clock_mhz;
  const begin = `${(c.begin[i] / 1e6).toFixed(6)} ms`;
  const lines = [["command", `${lanes[at].name} ${c.id[i]}: ${data.operations[c.operation[i]]} (${workClasses[c.work[i]][0]})` +
    (c.critical[i] ? ", on the critical path" : "")],
    ["time", `${shownNs(c.duration[i])} from ${begin}; ideal ${shownNs(Math.round(c.ideal_cycles[i] * 1e3 / clock))} (${c.ideal_cycles[i]} TIU cycles)`],
    ["causes", work.sort((a, b) => b[1] - a[1]).map(([name, ns]) => `${name} ${share(ns, c.duration[i])}`).join(", ") || "none"]];
  const waited = waits.filter(([name]) => name !== "idle").map(([name, ns]) => `${name} ${shownNs(ns)}`).join(", ");
  lines.push(["before it", `${waited ? "waited: " + waited : "no wait"}${c.waited_for[i] ? `; ${other} ${c.waited_for[i]} let it begin` : ""}`]);
  if (c.system_bytes) lines.push(["bytes", `${c.system_bytes[i].toLocaleString("en")} of DDR, L2 and static memory` +
    (c.duration[i] ? `, ${(c.system_bytes[i] / c.duration[i]).toFixed(2)} GB/s` : "")]);
  lines.push(["layer", layer < 0 ? "no layer" : `${data.result.layers[layer].name} (${data.result.layers[layer].kind})`]);
  if (layer >= 0 && data.layer_shapes[layer]) lines.push(["its tensors", data.layer_shapes[layer]]);
  return lines;
}

function segmentLines(data, {from, to, layer}) {
  const of = layer < 0 ? null : data.result.layers[layer];
  const lines = [["critical path", `${of ? `${of.name} (${of.kind})` : "no layer"}, ${shownNs(to - from)} from ${(from / 1e6).toFixed(6)} ms`]];
  if (of && data.layer_shapes[layer]) lines.push(["its tensors", data.layer_shapes[layer]]);
  return lines;
}

/// Words of a query: a number is an id, any other word is a part of the engine's name, the operation, its class or the layer.
function matcher(data, query) {
  const words = query.toLowerCase().split(/\s+/).filter(word => word);
  if (!words.length) return null;
  const ids = words.filter(word => /^\d+$/.test(word)).map(Number);
  const texts = words.filter(word => !/^\d+$/.test(word));
  const operations = data.operations.map(name => `${name} ${workClasses[classOf(name)][0]}`.toLowerCase());
  const layers = data.result.layers.map(layer => `${layer.name} ${layer.kind}`.toLowerCase());
  return (lane, i) => ids.every(id => lane.commands.id[i] === id) && texts.every(word => lane.name.toLowerCase() === word ||
    operations[lane.commands.operation[i]].includes(word) || (lane.commands.layer[i] >= 0 && layers[lane.commands.layer[i]].includes(word)));
}
