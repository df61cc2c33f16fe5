// Draws a sweep: curves, tornado, heat map, Pareto front, sensitivities, table.
const colours = ["#2f6f9f", "#c0504d", "#3f8f5f", "#7a5ba6", "#b07a1e", "#4a8f9f", "#8c6b2f", "#9f4f7f"];
const colourOf = name => colours[data.programs.findIndex(p => p.name === name) % colours.length];
const ran = data.points.filter(p => p.error === undefined);
const keyIndex = key => data.keys.indexOf(key);
const valueOf = (point, key) => Number(point.settings[keyIndex(key)]);
// Points of a range have up to 17 digits; the files have them all.
const readable = setting => setting.length > 8 && setting.includes(".") && isFinite(setting) ? String(+(+setting).toPrecision(6)) : setting;
const shown = ms => ms >= 100 ? ms.toFixed(1) : ms >= 1 ? ms.toFixed(3) : ms.toFixed(4);

function hide(id) { document.getElementById(id).remove(); }
function chart(id, title, height, describe) {
  const section = d3.select("#" + id);
  if (title) section.append("h3").text(title);
  const svg = section.append("svg").attr("viewBox", `0 0 1060 ${height}`).attr("role", "img").attr("aria-label", describe);
  return svg;
}

if (data.title) { d3.select("#title").text(data.title); document.title = data.title; }
d3.select("#study").text([data.study_question, data.setup].filter(Boolean).join(" "));
d3.select("#setup").text(`${data.points.length} points of ${data.programs.map(p => p.name).join(", ")} on ` +
  `${[...new Set(data.programs.map(p => p.chip + (p.product ? " (" + p.product + ")" : "")))].join(", ")}: ${data.question}. ` +
  `bmemu ${data.version}; times are emulated, not measured.`);
const list = (id, lines) => d3.select("#" + id).selectAll("li").data(lines.length ? lines : ["None that this sweep shows."])
  .enter().append("li").text(line => line);
list("findings", data.findings);
list("limits", data.limits.concat(["Points whose interval is n/a lie outside what was calibrated; the table says why."]));

function drawCurves(key) {
  const others = point => point.settings.filter((_, i) => i !== keyIndex(key)).map(readable).join(", ");
  const groups = d3.nest().key(p => p.program + "\n" + others(p)).entries(ran).filter(g => g.values.length > 1);
  if (!groups.length) return false;
  const [left, right, top, bottom] = [64, 200, 12, 44], width = 1060, height = 340;
  const xs = ran.map(p => valueOf(p, key)), positive = d3.min(xs) > 0;
  const distinct = [...new Set(xs)].sort((a, b) => a - b);
  const logarithmic = positive && d3.max(xs) / d3.min(xs) >= 8;
  // Programs of very different lengths: each over its time on the chip as it is, or at its first point.
  const spread = data.programs.length > 1 && d3.max(ran, p => p.per_image_ms) / d3.min(ran, p => p.per_image_ms) > 5;
  const norms = new Map();
  groups.forEach(group => {
    const base = data.programs.find(p => p.name === group.values[0].program).base[key];
    const sorted = group.values.slice().sort((a, b) => Math.abs(valueOf(a, key) - base) - Math.abs(valueOf(b, key) - base));
    group.values.forEach(p => norms.set(p.number, spread ? (base === undefined ? group.values[0] : sorted[0]).per_image_ms : 1));
  });
  const heightOf = p => p.per_image_ms / (norms.get(p.number) || 1);
  const x = (logarithmic ? d3.scaleLog() : d3.scaleLinear()).domain(d3.extent(xs)).range([left, width - right]);
  const hasBands = !spread && groups.length <= 4;
  const y = d3.scaleLinear().domain([0, d3.max(ran, p => p.high_ms === null || !hasBands ? heightOf(p) : Math.max(p.per_image_ms, p.high_ms * p.per_image_ms / p.ms))]).nice().range([height - bottom, top]);
  const svg = chart("curves", key, height, `Time for each image over ${key}`);
  svg.append("g").attr("transform", `translate(0,${height - bottom})`).call(distinct.length <= 10 ? d3.axisBottom(x).tickValues(distinct).tickFormat(d3.format("~")) : d3.axisBottom(x).ticks(8, "~s"));
  svg.append("g").attr("transform", `translate(${left},0)`).call(d3.axisLeft(y).ticks(6));
  svg.append("text").attr("x", (left + width - right) / 2).attr("y", height - 6).attr("text-anchor", "middle").text(key);
  svg.append("text").attr("transform", `translate(14,${height / 2}) rotate(-90)`).attr("text-anchor", "middle").text(spread ? "time, over the line's own at the chip as it is" : "ms per image");
  const line = d3.line().x(p => x(valueOf(p, key))).y(p => y(heightOf(p)));
  const labels = [];
  groups.forEach(group => {
    const points = group.values.sort((a, b) => valueOf(a, key) - valueOf(b, key));
    const colour = colourOf(points[0].program);
    if (hasBands && points.every(p => p.high_ms !== null))
      svg.append("path").attr("d", d3.area().x(p => x(valueOf(p, key))).y0(p => y(p.low_ms * p.per_image_ms / p.ms)).y1(p => y(p.high_ms * p.per_image_ms / p.ms))(points))
        .attr("fill", colour).attr("opacity", 0.15);
    svg.append("path").attr("d", line(points)).attr("fill", "none").attr("stroke", colour).attr("stroke-width", 2);
    if (points.length < 60) points.forEach(p => svg.append("circle").attr("cx", x(valueOf(p, key))).attr("cy", y(heightOf(p))).attr("r", 3).attr("fill", colour)
      .append("title").text(`${p.program}: ${data.keys.map((k, i) => k + " " + readable(p.settings[i])).join(", ")}\n${shown(p.per_image_ms)} ms per image`));
    const last = points[points.length - 1];
    labels.push({at: y(heightOf(last)), text: groups.length > data.programs.length ? others(last) || last.program : last.program.replace(/\.bmodel.*$/, ""), colour});
  });
  labels.sort((a, b) => a.at - b.at);
  labels.forEach((label, i) => { if (i && label.at < labels[i - 1].at + 14) label.at = labels[i - 1].at + 14; });
  labels.splice(20);
  let lowest = height - 10;
  labels.slice().reverse().forEach(label => { label.at = Math.min(label.at, lowest); lowest = label.at - 14; });
  labels.forEach(label => svg.append("text").attr("x", width - right + 8).attr("y", label.at + 4).style("fill", label.colour).text(label.text));
  data.programs.forEach(program => {
    const base = program.base[key];
    if (base !== undefined && base >= x.domain()[0] && base <= x.domain()[1])
      svg.append("line").attr("class", "base").attr("x1", x(base)).attr("x2", x(base)).attr("y1", top).attr("y2", height - bottom);
  });
  data.knees.filter(k => k.key === key).forEach(knee => {
    const points = ran.filter(p => p.program === knee.program).sort((a, b) => valueOf(a, key) - valueOf(b, key));
    const after = points.findIndex(p => valueOf(p, key) >= knee.value);
    if (after < 1) return;
    const [a, b] = [points[after - 1], points[after]];
    const share = (knee.value - valueOf(a, key)) / (valueOf(b, key) - valueOf(a, key));
    svg.append("circle").attr("cx", x(knee.value)).attr("cy", y(heightOf(a) + share * (heightOf(b) - heightOf(a)))).attr("r", 7)
      .attr("fill", "none").attr("stroke", colourOf(knee.program)).attr("stroke-width", 2.5)
      .append("title").text(`knee of ${knee.program}: ${knee.value.toPrecision(4)}`);
  });
  return true;
}

function drawTornado() {
  const rows = data.elasticities.length ? data.elasticities : [].concat(...data.regressions.map(r =>
    data.numeric.map((key, i) => ({program: r.program, key, mean: r.elasticities[i], low: r.elasticities[i], high: r.elasticities[i]}))));
  if (!rows.length) return hide("tornado");
  rows.sort((a, b) => Math.abs(b.mean) - Math.abs(a.mean));
  const top = rows.slice(0, 40), step = 24, height = top.length * step + 40;
  const reach = Math.max(0.05, d3.max(top, r => Math.max(Math.abs(r.low), Math.abs(r.high), Math.abs(r.mean)))) * 1.05;
  const x = d3.scaleLinear().domain([-reach, reach]).range([420, 1040]);
  const svg = chart("tornado", "", height, "Elasticities of time");
  svg.append("g").attr("transform", `translate(0,${height - 30})`).call(d3.axisBottom(x).ticks(9));
  top.forEach((r, i) => {
    const y = i * step + 4;
    svg.append("text").attr("x", 412).attr("y", y + 14).attr("text-anchor", "end").text(`${r.key}  ${data.programs.length > 1 ? r.program.replace(/\.bmodel.*$/, "") : ""}`);
    svg.append("rect").attr("x", Math.min(x(0), x(r.mean))).attr("y", y).attr("width", Math.abs(x(r.mean) - x(0))).attr("height", 17).attr("fill", colourOf(r.program));
    svg.append("line").attr("x1", x(r.low)).attr("x2", x(r.high)).attr("y1", y + 8.5).attr("y2", y + 8.5).attr("stroke", "currentColor").attr("stroke-width", 1.5);
    svg.append("text").attr("x", r.mean < 0 ? x(0) + 6 : x(0) - 6).attr("y", y + 14).attr("text-anchor", r.mean < 0 ? "start" : "end").text(r.mean.toFixed(2));
  });
}

function drawHeat() {
  if (data.numeric.length !== 2) return hide("heat");
  const [a, b] = data.numeric;
  const distinct = key => [...new Set(ran.map(p => valueOf(p, key)))].sort((p, q) => p - q);
  const [xs, ys] = [distinct(a), distinct(b)];
  if (xs.length < 2 || ys.length < 2 || ran.length < data.programs.length * xs.length * ys.length / 2) return hide("heat");
  data.programs.forEach(program => {
    const points = ran.filter(p => p.program === program.name);
    const height = 60 + ys.length * 26;
    const svg = chart("heat", program.name, height, `Time over ${a} and ${b}`);
    const x = d3.scaleBand().domain(xs).range([90, 1040]).padding(0.03), y = d3.scaleBand().domain(ys.slice().reverse()).range([4, height - 44]).padding(0.03);
    const shade = d3.scaleSequential(d3.interpolateBlues).domain([0, d3.max(points, p => p.per_image_ms)]);
    svg.append("g").attr("transform", `translate(0,${height - 44})`).call(d3.axisBottom(x).tickValues(xs.filter((_, i) => i % Math.ceil(xs.length / 16) === 0)).tickFormat(v => readable(String(v))));
    svg.append("g").attr("transform", "translate(90,0)").call(d3.axisLeft(y).tickFormat(v => readable(String(v))));
    svg.append("text").attr("x", 560).attr("y", height - 6).attr("text-anchor", "middle").text(`${a}  (down: ${b})`);
    points.forEach(p => {
      svg.append("rect").attr("x", x(valueOf(p, a))).attr("y", y(valueOf(p, b))).attr("width", x.bandwidth()).attr("height", y.bandwidth()).attr("fill", shade(p.per_image_ms))
        .append("title").text(`${a} ${valueOf(p, a)}, ${b} ${valueOf(p, b)}: ${shown(p.per_image_ms)} ms`);
      if (x.bandwidth() > 44) svg.append("text").attr("x", x(valueOf(p, a)) + x.bandwidth() / 2).attr("y", y(valueOf(p, b)) + y.bandwidth() / 2 + 4).attr("text-anchor", "middle")
        .style("fill", d3.lab(shade(p.per_image_ms)).l < 60 ? "#ffffff" : "#1b1f24").text(shown(p.per_image_ms));
    });
  });
}

function drawPareto() {
  const front = new Set(data.pareto);
  if (data.numeric.length < 2 || ran.length < 3) return hide("pareto");  // along one parameter every point is on the front
  const key = data.numeric[0], height = 340;
  const svg = chart("pareto", "", height, "Pareto front");
  const x = d3.scaleLinear().domain(d3.extent(ran, p => valueOf(p, key))).nice().range([64, 1040]);
  const y = d3.scaleLinear().domain([0, d3.max(ran, p => p.per_image_ms)]).nice().range([296, 12]);
  svg.append("g").attr("transform", "translate(0,296)").call(d3.axisBottom(x).ticks(8, "~s"));
  svg.append("g").attr("transform", "translate(64,0)").call(d3.axisLeft(y).ticks(6));
  svg.append("text").attr("x", 552).attr("y", height - 6).attr("text-anchor", "middle").text(key);
  svg.append("text").attr("transform", "translate(14,160) rotate(-90)").attr("text-anchor", "middle").text("ms per image");
  ran.forEach(p => svg.append("circle").attr("cx", x(valueOf(p, key))).attr("cy", y(p.per_image_ms)).attr("r", front.has(p.number) ? 5 : 3)
    .attr("fill", front.has(p.number) ? colourOf(p.program) : "none").attr("stroke", colourOf(p.program)).attr("opacity", front.has(p.number) ? 1 : 0.5)
    .append("title").text(`point ${p.number}: ${data.keys.map((k, i) => k + " " + readable(p.settings[i])).join(", ")}\n${shown(p.per_image_ms)} ms`));
}

function drawSensitivity() {
  const section = d3.select("#sensitivity");
  if (data.effects.length) {
    section.append("p").attr("class", "note").text("Morris' elementary effects: the mean size of the change of ln(time) for a step of two thirds of a parameter's range, and its deviation (not linear, or together with others).");
    const table = section.append("table");
    table.append("tr").html('<th class="text">program</th><th class="text">parameter</th><th>mean size</th><th>deviation</th>');
    data.effects.sort((a, b) => b.mean_absolute - a.mean_absolute).forEach(e => {
      const row = table.append("tr");
      row.append("td").attr("class", "text").text(e.program); row.append("td").attr("class", "text").text(e.key);
      row.append("td").text(e.mean_absolute.toFixed(4)); row.append("td").text(e.deviation.toFixed(4));
    });
  } else if (data.regressions.length && data.numeric.length > 1) {
    section.append("p").attr("class", "note").text("Elasticities by least squares over all points of the sweep: ln(time) as a linear function of the parameters' logarithms.");
    const table = section.append("table"), head = table.append("tr");
    head.append("th").attr("class", "text").text("program");
    data.numeric.forEach(key => head.append("th").text(key));
    head.append("th").text("explained");
    data.regressions.forEach(r => {
      const row = table.append("tr");
      row.append("td").attr("class", "text").text(r.program);
      r.elasticities.forEach(e => row.append("td").text(e.toFixed(3)));
      row.append("td").text((100 * r.r_squared).toFixed(1) + " %");
    });
  } else hide("sensitivity");
}

function drawTable() {
  const front = new Set(data.pareto), table = d3.select("#points"), head = table.append("thead").append("tr");
  ["point", "program"].forEach(t => head.append("th").attr("class", t === "program" ? "text" : "").text(t));
  data.keys.concat(["ms", "ms per image", "90 % interval", "TIU busy", "GDMA busy", "DDR, L2 MB"]).forEach(t => head.append("th").text(t));
  head.append("th").attr("class", "text").text("note");
  const body = table.append("tbody");
  data.points.slice(0, 2000).forEach(p => {
    const row = body.append("tr").attr("class", front.has(p.number) ? "front" : "");
    row.append("td").text(p.number); row.append("td").attr("class", "text").text(p.program);
    p.settings.forEach(s => row.append("td").attr("title", s).text(readable(s)));
    const cells = p.error === undefined ? [shown(p.ms), shown(p.per_image_ms), p.high_ms === null ? "n/a" : `${shown(p.low_ms)} to ${shown(p.high_ms)}`,
      (100 * p.tiu_busy).toFixed(1) + " %", (100 * p.gdma_busy).toFixed(1) + " %", p.mb.toFixed(3)] : [p.status, "", "", "", "", ""];
    cells.forEach(c => row.append("td").text(c));
    row.append("td").attr("class", "text").text(p.error === undefined ? p.outside : p.error);
  });
}

if (!data.numeric.map(drawCurves).some(Boolean)) hide("curves");
drawTornado(); drawHeat(); drawPareto(); drawSensitivity(); drawTable();
