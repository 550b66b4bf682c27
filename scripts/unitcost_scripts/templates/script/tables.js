// @ts-check
// Tables that sort by a click on a heading, and long ones with a field for words that rows must have.

const ROWS_AT_FIRST = 50; // of a long table

/** What `humanise` wrote as a number again, for sorting; null where it is none. @param {string} text */
function numberIn(text) {
  const found = /^(?:≈ )?([-\d.,]+)(?:·10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?: (\S+))?(?: \(.*\))?$/.exec(text);
  if (found === null) return null;
  const [, mantissa, raised = "0", unit] = found;
  const exponent = [...raised].map((each) => PLAIN[RAISED.indexOf(each)] ?? each).join("");
  const number = Number(`${mantissa.replaceAll(",", "")}e${exponent}`);
  if (Number.isNaN(number)) return null;
  const scale = Object.values(data.scales).flat().find(([, name]) => name === unit);
  return number * (scale === undefined ? 1 : scale[0]);
}

/** One row, made when it is shown: `keys` sort it, and `text` is searched.
 * @typedef {{keys: (string | number)[], text: string, element: () => HTMLElement}} TableRow */

const inNaturalOrder = new Intl.Collator("en", { numeric: true }).compare;

const NONE = "–"; // what tables say where there is no number

/**
 * Numbers before words, and what is missing last, either way.
 * @param {string | number} one @param {string | number} other @param {number} sign
 */
function compareKeys(one, other, sign) {
  if ((one === NONE) !== (other === NONE)) return one === NONE ? 1 : -1;
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return sign * inNaturalOrder(String(one), String(other));
}

class LiveTable {
  /** @param {HTMLTableElement} table @param {TableRow[]} rows @param {number} limit of rows shown at first */
  constructor(table, rows, limit) {
    this.body = table.tBodies[0];
    this.rows = rows;
    this.limit = limit;
    this.words = /** @type {string[]} */ ([]);
    this.count = html("output", { class: "aside" });
    this.more = html("button", { type: "button" });
    this.more.addEventListener("click", () => this.show(Infinity));
    this.headings = [...(table.tHead?.rows[0].cells ?? [])];
    this.headings.forEach((heading, column) => this.makeSortable(heading, column));
  }

  /** @param {HTMLTableCellElement} heading @param {number} column */
  makeSortable(heading, column) {
    const button = html("button", { type: "button", class: "sort" }, ...heading.childNodes);
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const rises = heading.getAttribute("aria-sort") !== "ascending";
      for (const each of this.headings) each.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", rises ? "ascending" : "descending");
      const sign = rises ? 1 : -1;
      this.rows.sort((one, other) => compareKeys(one.keys[column], other.keys[column], sign));
      this.show();
    });
  }

  /** Puts a search field before `place`. @param {Element} place @param {string} label */
  makeFilterable(place, label) {
    this.field = /** @type {HTMLInputElement} */ (html("input", { type: "search", autocomplete: "off" }));
    this.field.addEventListener("input", () => this.filter(this.field?.value ?? ""));
    place.before(html("p", { class: "filter" }, html("label", {}, `${label} with `, this.field), " ", this.count));
    place.after(this.more);
  }

  /** @param {string} text words that all have to be in a row */
  filter(text) {
    if (this.field !== undefined) this.field.value = text;
    this.words = text.toLowerCase().split(/\s+/);
    this.show();
  }

  show(limit = this.limit) {
    const found = this.rows.filter(({ text }) => this.words.every((word) => text.includes(word)));
    this.body.replaceChildren(...found.slice(0, limit).map(({ element }) => element()));
    this.count.textContent = `${found.length} of ${this.rows.length} rows`;
    this.more.textContent = `Show all ${found.length} rows`;
    this.more.hidden = found.length <= limit;
  }
}

/** A cell's number without the interval below it. @param {Element} cell */
function firstText(cell) {
  const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    if (text.textContent?.trim()) return text.textContent.trim();
  }
  return "";
}

/** @param {HTMLTableElement} table of the page, whole */
function enliven(table) {
  const rows = [...table.tBodies[0].rows].map((element) => {
    const texts = [...element.cells].map(firstText);
    const keys = texts.map((text) => numberIn(text) ?? text);
    return { keys, text: element.textContent?.toLowerCase() ?? "", element: () => element };
  });
  const live = new LiveTable(table, rows, Infinity);
  const { filter } = table.dataset;
  if (filter !== undefined && table.parentElement) live.makeFilterable(table.parentElement, filter);
  live.show();
}

/** How many repetitions, and what each said. @param {Told} row */
function repetitions(row) {
  const made = html("details", {}, html("summary", {}, String(row.values.length)));
  made.addEventListener("toggle", () => {
    if (made.childElementCount > 1) return;
    const items = row.values.map((value, at) => {
      const line = html("small", {}, `journal.jsonl:${row.lines[at]}`);
      return html("li", {}, `${humanise(value, row.unit)} `, line);
    });
    made.append(html("ul", { class: "values" }, ...items));
  });
  return made;
}

/** @param {Told} row @returns {TableRow} */
function resultRow(row) {
  const texts = [row.of, row.label, humanise(row.median, row.unit), row.interval || NONE, row.direction];
  const element = () => {
    const cells = [...texts, repetitions(row), row.source];
    return html("tr", {}, ...cells.map((each) => html("td", {}, each)));
  };
  const keys = [row.of, row.label, row.median, row.low ?? NONE, row.direction, row.values.length, row.source];
  return { keys, text: `${texts.join(" ")} ${row.name} ${row.source}`.toLowerCase(), element };
}

/** @param {HTMLTableElement} table without rows yet: it gets one for each of the data */
function showResults(table) {
  const rows = data.rows.map((_, at) => resultRow(told(at)));
  const live = new LiveTable(table, rows, ROWS_AT_FIRST);
  if (table.parentElement) live.makeFilterable(table.parentElement, "Results");
  live.show();
  return live;
}
