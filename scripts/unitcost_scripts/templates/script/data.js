// @ts-check
"use strict";
// The page's script is these files, one after the other: data.js, tables.js, charts.js, marks.js, start.js. It computes
// no statistics: medians and intervals come with the data, which page/data.py wrote.

/** @typedef {[name: string, label: string, unit: string, direction: string]} Quantity */
/** @typedef {[caseAt: number, quantityAt: number, sourceAt: number, linesAt: number, median: number,
 *             low: number | null, high: number | null, values: number[]]} DataRow */
/** @typedef {[of: string, label: string, xName: string, xUnit: string, yName: string, yUnit: string, linesAt: number,
 *             x: number[], y: number[], low: number[], high: number[]]} Curve */
/** @typedef {{scales: Record<string, [number, string][]>, models: Record<string, string>, cases: string[],
 *   quantities: Quantity[], sources: string[], lines: number[][], rows: DataRow[], curves: Curve[]}} Data */

/** @type {Data} */
const data = JSON.parse(document.getElementById("data")?.textContent ?? '{"scales": {}}');

// Elements

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(string | Node)} children
 */
function html(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {...(string | Node)} children
 */
function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

// Numbers as people read them, as numbers.py writes them

/** @param {number} value @param {number} places */
function fixed(value, places) {
  const scaled = Math.abs(value) * 10 ** places;
  const isTie = (value * 8) % 1 === 0 && scaled % 1 === 0.5; // toFixed goes up, Python to the even digit
  return (isTie ? (Math.sign(value) * 2 * Math.round(scaled / 2)) / 10 ** places : value).toFixed(places);
}

const [RAISED, PLAIN] = ["⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"];

/** "1.50e-5" as "1.50·10⁻⁵". @param {string} text */
function powers(text) {
  const [mantissa, exponent] = text.split("e");
  if (exponent === undefined) return text;
  const raised = [...String(Number(exponent))].map((each) => RAISED[PLAIN.indexOf(each)]);
  return (mantissa === "1" ? "" : `${mantissa}·`) + `10${raised.join("")}`;
}

/** Three significant digits, but no digit of a whole number is lost. @param {number} value */
function digits(value) {
  if (value === 0) return "0";
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  if (magnitude < -4 || magnitude > 6) return powers(value.toExponential(2));
  return fixed(value, Math.max(0, 2 - magnitude));
}

/** @param {number} value @param {string} unit @returns {[factor: number, name: string]} */
function scaleOf(value, unit) {
  const scales = data.scales[unit];
  if (scales === undefined) return [1, unit === "1" ? "" : unit];
  return scales.find(([factor]) => Math.abs(value) >= factor) ?? scales[scales.length - 1];
}

/** @param {number} value @param {string} unit */
function humanise(value, unit) {
  const [factor, name] = scaleOf(value, unit);
  return `${digits(value / factor)} ${name}`.trimEnd();
}

/** "35.5 – 35.9 KiB". @param {number} low @param {number} high @param {string} unit */
function humaniseInterval(low, high, unit) {
  const [first, last] = [humanise(low, unit), humanise(high, unit)];
  const [number, ...lowUnit] = first.split(" ");
  const [, ...highUnit] = last.split(" ");
  return `${lowUnit.join(" ") === highUnit.join(" ") ? number : first} – ${last}`;
}

/**
 * For axes: no digit that carries nothing; in the unit that fits `like`.
 * @param {number} value @param {string} unit
 */
function humaniseTick(value, unit, like = value) {
  const [factor, name] = scaleOf(like, unit);
  return `${powers(String(Number((value / factor).toPrecision(6))))} ${name}`.trimEnd();
}

// Rows of the data

/** @param {number} at */
function tell(at) {
  const [caseAt, quantityAt, sourceAt, linesAt, median, low, high, values] = data.rows[at];
  const [name, label, unit, direction] = data.quantities[quantityAt];
  const of = data.cases[caseAt];
  const interval = low === null || high === null ? "" : humaniseInterval(low, high, unit);
  const [source, lines] = [data.sources[sourceAt], data.lines[linesAt]];
  return { at, of, name, label, unit, direction, median, low, high, values, source, lines, interval };
}

/** @typedef {ReturnType<typeof tell>} Told */

const allTold = /** @type {Told[]} */ ([]);

/** The row of the data at this place, in words. @param {number} at */
function told(at) {
  return (allTold[at] ??= tell(at));
}

/** @param {string} of */
function partsOf(of) {
  const [measure, model, workload, ...parameters] = of.split("/");
  return { measure, model, workload, parameters };
}
