// @ts-check
// Marks of plots that say what they stand for, to who points there or goes on by the arrow keys.

const REACH = 28; // pixels around a mark within which it is meant
const KEPT_AT_EDGE = 8; // pixels
const MOST_LINES = 12; // of the journal that are named

/** @typedef {{x: number, y: number, says: () => Node[]}} Mark of which x and y are shares of its plot */

/** @param {number[]} lines */
function cited(lines) {
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : "";
  return `journal.jsonl:${lines.slice(0, MOST_LINES).join(", ")}${more}`;
}

/** @param {number} at @returns {Node[]} */
function sayRow(at) {
  const row = told(at);
  const all = html("a", { href: "#results", "data-case": row.of }, "all of this case");
  return [
    html("b", {}, `${row.label}: ${humanise(row.median, row.unit)}`),
    html("div", {}, `${row.interval ? `95 % interval ${row.interval}` : "no interval"}, N = ${row.values.length}`),
    html("div", {}, row.of),
    html("small", {}, `${cited(row.lines)} · `, all),
  ];
}

/** @param {number} curve @param {number} point @returns {Node[]} */
function sayPoint(curve, point) {
  const [of, label, xName, xUnit, yName, yUnit, linesAt, x, y, low, high] = data.curves[curve];
  return [
    html("b", {}, `${yName}: ${humanise(y[point], yUnit)}`),
    html("div", {}, `${xName}: ${humanise(x[point], xUnit)}`),
    html("div", {}, `range over repetitions ${humaniseInterval(low[point], high[point], yUnit)}`),
    html("div", {}, of),
    html("small", {}, `${label} · ${cited(data.lines[linesAt])}`),
  ];
}

/**
 * Of a group of marks each, in the order in which they were drawn; "c3" are the points of curve 3.
 * @param {SVGSVGElement} plot @param {Element} group @returns {Mark[]}
 */
function marksOfGroup(plot, group) {
  const names = (group.getAttribute("data-mark") ?? "").split(" ");
  const isCurve = names[0].startsWith("c");
  const curve = Number(names[0].slice(1));
  const elements = isCurve || names.length > 1 ? [...group.querySelectorAll("use")] : [group];
  const expected = isCurve ? data.curves[curve][7].length : names.length;
  if (elements.length !== expected) return []; // some lie beyond the sheet: which, is not known
  const whole = plot.getBoundingClientRect();
  return elements.map((element, at) => {
    const box = element.getBoundingClientRect();
    const x = (box.left + box.width / 2 - whole.left) / whole.width;
    const y = (box.top + box.height / 2 - whole.top) / whole.height;
    return { x, y, says: () => (isCurve ? sayPoint(curve, at) : sayRow(Number(names[at]))) };
  });
}

/** @type {WeakMap<SVGSVGElement, Mark[]>} */
const knownMarks = new WeakMap();

/** @param {SVGSVGElement} plot */
function marksOf(plot) {
  let marks = knownMarks.get(plot);
  if (marks === undefined) {
    marks = [...plot.querySelectorAll("[data-mark]")].flatMap((group) => marksOfGroup(plot, group));
    knownMarks.set(plot, marks);
  }
  return marks;
}

/** The note beside the mark that is meant, and a ring around it. */
class Note {
  constructor() {
    this.box = html("div", { class: "note", role: "status", hidden: "" });
    this.ring = html("div", { class: "ring", hidden: "" });
    /** @type {Mark | undefined} */
    this.mark = undefined;
    document.body.append(this.ring, this.box);
  }

  hide() {
    this.mark = undefined;
    this.box.hidden = this.ring.hidden = true;
  }

  /** @param {SVGSVGElement} plot @param {Mark} mark */
  show(plot, mark) {
    if (mark === this.mark) return;
    this.mark = mark;
    this.box.replaceChildren(...mark.says());
    this.box.hidden = this.ring.hidden = false;
    const whole = plot.getBoundingClientRect();
    const x = whole.left + mark.x * whole.width;
    const y = whole.top + mark.y * whole.height;
    this.ring.style.translate = `${x + scrollX}px ${y + scrollY}px`;
    const rightmost = document.documentElement.clientWidth - this.box.offsetWidth - KEPT_AT_EDGE;
    const above = y - this.box.offsetHeight - 2 * KEPT_AT_EDGE;
    const top = above > 0 ? above : y + 2 * KEPT_AT_EDGE;
    const left = Math.max(KEPT_AT_EDGE, Math.min(x, rightmost));
    this.box.style.translate = `${left + scrollX}px ${top + scrollY}px`;
  }
}

/** @param {EventTarget | null} target */
function plotAt(target) {
  const plot = target instanceof Element ? target.closest("svg[tabindex]") : null;
  return /** @type {SVGSVGElement | null} */ (plot);
}

/** @param {SVGSVGElement} plot @param {number} clientX @param {number} clientY */
function nearestMark(plot, clientX, clientY) {
  const whole = plot.getBoundingClientRect();
  const distance = (/** @type {Mark} */ { x, y }) =>
    Math.hypot(whole.left + x * whole.width - clientX, whole.top + y * whole.height - clientY);
  let [nearest, least] = [/** @type {Mark | undefined} */ (undefined), REACH];
  for (const mark of marksOf(plot)) {
    if (distance(mark) < least) [nearest, least] = [mark, distance(mark)];
  }
  return nearest;
}

/** @param {Note} note @param {KeyboardEvent} event */
function goOn(note, event) {
  const plot = plotAt(document.activeElement);
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") note.hide();
  if (plot === null || step === undefined) return;
  event.preventDefault();
  const marks = marksOf(plot);
  if (marks.length === 0) return;
  const here = note.mark === undefined ? -1 : marks.indexOf(note.mark);
  const next = here < 0 ? (step > 0 ? 0 : marks.length - 1) : (here + step + marks.length) % marks.length;
  note.show(plot, marks[next]);
}

/** @param {Element} plot that has marks: one stop of the tab key, and within it the arrow keys */
function makeFocusable(plot) {
  plot.setAttribute("tabindex", "0");
  plot.setAttribute("role", "application");
  plot.setAttribute("aria-roledescription", "plot, arrow keys go from mark to mark");
}

/** @param {(text: string) => void} showCase is told the case of which somebody wants to see all results */
function explainMarks(showCase) {
  const note = new Note();
  const isInNote = (/** @type {EventTarget | null} */ target) => target instanceof Node && note.box.contains(target);
  const point = (/** @type {PointerEvent} */ event) => {
    const plot = plotAt(event.target);
    const mark = plot === null ? undefined : nearestMark(plot, event.clientX, event.clientY);
    if (plot !== null && mark !== undefined) note.show(plot, mark);
    else if (plot === null && !isInNote(event.target)) note.hide();
  };
  document.addEventListener("pointermove", point);
  document.addEventListener("pointerdown", point);
  document.addEventListener("keydown", (event) => goOn(note, event));
  document.addEventListener("focusout", (event) => isInNote(event.relatedTarget) || note.hide());
  note.box.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLElement && target.dataset.case !== undefined) showCase(target.dataset.case);
  });
  addEventListener("resize", () => note.hide());
}
