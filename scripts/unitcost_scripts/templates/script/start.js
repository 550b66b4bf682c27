// @ts-check
// What of the page comes to life.

/** @template {Element} T @param {string} selector @returns {T[]} */
function every(selector) {
  return /** @type {T[]} */ ([...document.querySelectorAll(selector)]);
}

for (const table of every("table[data-live]")) enliven(/** @type {HTMLTableElement} */ (table));
const [results] = every("table[data-results]").map((table) => showResults(/** @type {HTMLTableElement} */ (table)));
for (const plot of every("figure svg:has([data-mark])")) makeFocusable(plot);
for (const group of every("[data-charts]")) showPictures(group);
for (const place of every("[data-explorer]")) showExplorer(place);
explainMarks((text) => results?.filter(text));
