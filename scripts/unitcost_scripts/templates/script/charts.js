// @ts-check
// Charts of any metric: a row a case, a dot at the median, a line for its interval.

const LINE = 17; // pixels a row
const LETTER = 6.1; // pixels a letter takes, about
const LETTERS_OF_A_VALUE = 9;
const PAD = 8;
const LEAST_WIDTH = 260;
const MOST_OF_LABELS = 0.45; // of the width

/** Round numbers of the unit that fits. @param {number} low @param {number} high @param {string} unit */
function linearTicks(low, high, unit) {
  const factor = scaleOf(high, unit)[0];
  const rough = (high - low) / factor / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = factor * power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, at) => (first + at) * step);
}

/**
 * Powers of two for bytes, else of ten, and 2 and 5 times these where there are few.
 * @param {number} low @param {number} high @param {string} unit
 */
function logarithmicTicks(low, high, unit) {
  const base = unit === "bytes" ? 2 : 10;
  const [from, to] = [low, high].map((each) => Math.log(each) / Math.log(base));
  const few = base === 10 && to - from < 2.5;
  const found = [];
  for (let power = Math.floor(from); power <= to; power++) {
    for (const times of few ? [1, 2, 5] : [1]) found.push(times * base ** power);
  }
  const inside = found.filter((each) => low <= each && each <= high);
  const every = Math.ceil(inside.length / 5);
  return inside.filter((_, at) => at % every === 0);
}

const SCALES = ["as fits", "linear", "logarithmic"];

/** @typedef {{place: (value: number) => number | null, ticks: number[], like?: number}} Axis
 * where values lie, as a share of the axis; null where it has no place for one */

/** @param {number[]} positive @param {string} unit @returns {Axis} */
function logarithmicAxis(positive, unit) {
  const [low, high] = [Math.min(...positive) / 1.5, Math.max(...positive) * 1.5];
  const place = (/** @type {number} */ value) => (value > 0 ? Math.log(value / low) / Math.log(high / low) : null);
  return { place, ticks: logarithmicTicks(low, high, unit) };
}

/** @param {number[]} values @param {string} unit @returns {Axis} */
function linearAxis(values, unit) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values) * 1.05 || 1];
  const place = (/** @type {number} */ value) => (value - low) / (high - low);
  return { place, ticks: linearTicks(low, high, unit), like: high };
}

/** By the rules of plots/scales.py where the reader has no wish. @param {Told[]} rows @param {string} scale */
function axisOf(rows, scale) {
  const values = rows.flatMap(({ median, low, high }) => [median, low ?? median, high ?? median]);
  const positive = values.filter((each) => each > 0);
  const { unit } = rows[0];
  const spans = positive.length > 0 && Math.max(...positive) > 50 * Math.min(...positive);
  const fits = spans && !(unit === "1" && values.includes(0));
  const isLogarithmic = scale === "logarithmic" || (scale === "as fits" && fits);
  return isLogarithmic && positive.length > 0 ? logarithmicAxis(positive, unit) : linearAxis(values, unit);
}

/**
 * The model, and what tells its rows apart where it has several.
 * @param {Told[]} rows @param {boolean} onePerModel
 */
function labelsOf(rows, onePerModel) {
  const parts = rows.map(({ of }) => partsOf(of));
  if (onePerModel) return parts.map(({ model }) => model);
  const isCommon = (/** @type {string} */ each) => parts.every(({ parameters }) => parameters.includes(each));
  const sameWorkload = parts.every(({ workload }) => workload === parts[0].workload);
  return parts.map(({ model, workload, parameters }) => {
    const own = parts.length > 1 ? parameters.filter((each) => !isCommon(each)) : parameters;
    return [model, ...(sameWorkload ? [] : [workload]), ...own].join("  ");
  });
}

/** @param {Told} row @param {(value: number) => number | null} across in pixels @param {number} y */
function markOf(row, across, y) {
  const stroke = data.models[partsOf(row.of).model];
  const [cx, x1, x2] = [row.median, row.low ?? row.median, row.high ?? row.median].map(across);
  const made = svg("g", {});
  if (cx === null) return made;
  const fill = row.low === null ? "#fff" : stroke;
  made.append(svg("line", { x1: x1 ?? cx, x2: x2 ?? cx, y1: y, y2: y, stroke, "stroke-width": 2 }));
  made.append(svg("circle", { cx, cy: y, r: 3.5, stroke, fill, "data-mark": row.at }));
  return made;
}

/**
 * Labels stand beside the dots, or above them where they are too long for that.
 * @param {string[]} labels @param {number} width
 */
function layoutOf(labels, width) {
  const longest = LETTER * Math.max(...labels.map((each) => each.length));
  const isAbove = longest > MOST_OF_LABELS * width;
  const left = isAbove ? PAD : longest + 2 * PAD;
  const line = isAbove ? 2 * LINE : LINE;
  return { width, isAbove, left, right: width - LETTER * LETTERS_OF_A_VALUE, line, bottom: line * labels.length + PAD };
}

/** @param {Axis} axis @param {(value: number) => number | null} across @param {number} bottom @param {string} unit */
function ticksOf(axis, across, bottom, unit) {
  return axis.ticks.flatMap((tick) => {
    const x = across(tick) ?? 0;
    const text = svg("text", { x, y: bottom + 12, "text-anchor": "middle" }, humaniseTick(tick, unit, axis.like));
    return [svg("line", { x1: x, x2: x, y1: 0, y2: bottom, stroke: "#ddd" }), text];
  });
}

/**
 * @param {Element} box @param {Told[]} rows @param {string} scale @param {string} title
 * @param {boolean} onePerModel
 */
function drawChart(box, rows, scale, title, onePerModel = false) {
  const labels = labelsOf(rows, onePerModel);
  const { width, isAbove, left, right, line, bottom } = layoutOf(labels, Math.max(LEAST_WIDTH, box.clientWidth));
  const axis = axisOf(rows, scale);
  const across = (/** @type {number} */ value) => {
    const share = axis.place(value);
    return share === null ? null : left + share * (right - PAD - left);
  };
  const viewBox = `0 0 ${width} ${bottom + LINE}`;
  const drawn = svg("svg", { viewBox, role: "img", "aria-label": title, class: "chart" });
  drawn.append(...ticksOf(axis, across, bottom, rows[0].unit));
  rows.forEach((row, at) => {
    const y = line * (at + 1) - LINE / 2 + PAD / 2;
    const beside = { x: left - PAD, y: y + 4, "text-anchor": "end" };
    const label = svg("text", isAbove ? { x: 0, y: y + 4 - LINE } : beside, labels[at]);
    const value = svg("text", { x: right, y: y + 4 }, humanise(row.median, row.unit));
    drawn.append(label, value, markOf(row, across, y));
  });
  makeFocusable(drawn);
  box.replaceChildren(drawn);
  if (rows.some(({ median }) => across(median) === null)) {
    box.append(html("small", {}, "Without a dot: no more than zero, which has no place on this axis."));
  }
}

/** A choice that calls `changed`. @param {string} label @param {string[]} names @param {() => void} changed */
function choice(label, names, changed) {
  const options = names.map((each) => html("option", {}, each));
  const field = /** @type {HTMLSelectElement} */ (html("select", {}, ...options));
  field.addEventListener("change", changed);
  return { field, element: html("label", {}, `${label} `, field) };
}

/** A box to tick for each model. @param {Told[]} rows that have them @param {() => void} changed */
function modelChoice(rows, changed) {
  const present = new Set(rows.map(({ of }) => partsOf(of).model));
  const boxes = Object.keys(data.models).filter((model) => present.has(model)).map((model) => {
    const box = /** @type {HTMLInputElement} */ (html("input", { type: "checkbox", checked: "", value: model }));
    box.addEventListener("change", changed);
    return box;
  });
  const labels = boxes.map((box) => html("label", {}, box, ` ${box.value}`));
  const element = html("details", { class: "models" }, html("summary", {}, "models"), ...labels);
  const picked = () => boxes.filter((box) => box.checked).map((box) => box.value);
  return { element, has: (/** @type {Told} */ row) => picked().includes(partsOf(row.of).model) };
}

/**
 * Draws when the box comes near what is seen, and again when it has another width.
 * @param {Element} box @param {() => void} draw
 */
function keepDrawn(box, draw) {
  let width = -1;
  new ResizeObserver(() => {
    if (box.clientWidth === width) return;
    width = box.clientWidth;
    draw();
  }).observe(box);
}

/** @param {Element} group of charts that share their choices */
function showPictures(group) {
  const boxes = /** @type {HTMLElement[]} */ ([...group.querySelectorAll("[data-chart]")]);
  const onePerModel = group.getAttribute("data-charts") === "one row a model";
  const rowsOf = (/** @type {HTMLElement} */ { dataset }) => dataset.chart?.split(" ").map(Number).map(told) ?? [];
  const draw = (/** @type {HTMLElement} */ box) => {
    const rows = rowsOf(box).filter(models.has);
    if (rows.length > 0) drawChart(box, inReadingOrder(rows), scale.field.value, rows[0].label, onePerModel);
    else box.replaceChildren("no model is picked");
  };
  const drawAgain = () => boxes.filter((box) => box.hasChildNodes()).forEach(draw);
  const models = modelChoice(boxes.flatMap(rowsOf), drawAgain);
  const scale = choice("scale", SCALES, drawAgain);
  group.before(html("div", { class: "controls" }, scale.element, models.element));
  for (const box of boxes) keepDrawn(box, () => draw(box));
  addEventListener("beforeprint", () => boxes.forEach(draw));
}

/** @param {Told[]} rows */
function inReadingOrder(rows) {
  const models = Object.keys(data.models);
  const place = (/** @type {Told} */ row) => models.indexOf(partsOf(row.of).model);
  return [...rows].sort((one, other) => place(one) - place(other) || inNaturalOrder(one.of, other.of));
}

/** All rows by "measure workload: label, name". */
function metrics() {
  /** @type {Map<string, Told[]>} */
  const found = new Map();
  data.rows.forEach((_, at) => {
    const row = told(at);
    const { measure, workload } = partsOf(row.of);
    const name = `${measure} ${workload}: ${row.label}, ${row.name}`;
    if (!found.has(name)) found.set(name, []);
    found.get(name)?.push(row);
  });
  return found;
}

/** One chart of any metric. @param {Element} place */
function showExplorer(place) {
  const found = metrics();
  const box = html("div", {});
  const draw = () => {
    const words = filter.value.toLowerCase().split(/\s+/);
    const has = (/** @type {Told} */ { of }) => words.every((word) => of.toLowerCase().includes(word));
    const rows = found.get(metric.field.value)?.filter((row) => models.has(row) && has(row)) ?? [];
    if (rows.length > 0) drawChart(box, inReadingOrder(rows), scale.field.value, metric.field.value);
    else box.replaceChildren("no case of this metric is picked");
  };
  const metric = choice("metric", [...found.keys()].sort(inNaturalOrder), draw);
  const scale = choice("scale", SCALES, draw);
  const models = modelChoice(data.rows.map((_, at) => told(at)), draw);
  const filter = /** @type {HTMLInputElement} */ (html("input", { type: "search", autocomplete: "off" }));
  filter.addEventListener("input", draw);
  const cases = html("label", {}, "cases with ", filter);
  place.append(html("div", { class: "controls" }, metric.element, cases, scale.element, models.element), box);
  keepDrawn(box, draw);
}
