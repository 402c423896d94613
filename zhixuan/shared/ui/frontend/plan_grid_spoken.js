// What a screen reader hears of a plan's spreadsheet: Tabulator's boxes get the roles of a grid, each row and cell its
// number among all lines (only some are in the page at a time), and the cell that the arrows reach is read aloud.
import { EDITABLE } from "./plan_grid_columns.js";

const HEADER_ROWS = 1;
const READ_MS = 120;
const READ_MAX = 200;
const READERS = ["renderComplete", "scrollVertical", "dataSorted", "dataFiltered"];

export function speak(table, words) {
  roles(table, words);
  for (const event of READERS) table.on(event, later(() => number(table), READ_MS));
  table.on("rangeChanged", later(() => read(table, words), READ_MS));
  number(table);
}

/** Once the events have ceased, and never while a screen is being scrolled. */
function later(act, wait) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, wait);
  };
}

/** The scrolling box can be focused, so it, and not the box within, is what holds the rows. */
function roles(table, words) {
  const grid = table.element;
  const set = (selector, role) => grid.querySelectorAll(selector).forEach((box) => box.setAttribute("role", role));
  grid.setAttribute("aria-label", words.grid);
  set(".tabulator-header-contents, .tabulator-table", "presentation");
  set(".tabulator-tableholder", "rowgroup");
  grid.querySelector(".tabulator-headers").setAttribute("aria-rowindex", HEADER_ROWS);
  grid.querySelectorAll(".tabulator-range-overlay, .tabulator-col-resize-handle").forEach((box) => box.setAttribute("aria-hidden", "true"));
  table.getColumns().forEach((column, at) => column.getElement().setAttribute("aria-colindex", at + 1));
}

function number(table) {
  const grid = table.element;
  const editing = "save" in grid.dataset;
  grid.setAttribute("aria-rowcount", table.getDataCount("active") + HEADER_ROWS);
  grid.setAttribute("aria-colcount", table.getColumns().length);
  for (const row of table.getRows("visible")) {
    row.getElement().setAttribute("aria-rowindex", row.getPosition() + HEADER_ROWS);
    row.getCells().forEach((cell, at) => {
      const element = cell.getElement();
      const field = cell.getField();
      element.setAttribute("aria-colindex", at + 1);
      if (field === "place" || field === "product") element.setAttribute("role", "rowheader");
      element.setAttribute("aria-readonly", !(editing && EDITABLE.has(field)));
    });
  }
}

/** Place and product are said only of another row than before. */
function read(table, words) {
  const cell = table.getRanges()[0]?.getCells()?.[0]?.[0];
  const spoken = document.getElementById("plan-grid-spoken");
  if (!cell || !table.element.contains(document.activeElement)) return;
  const { id, place, product, errors } = cell.getRow().getData();
  const value = cell.getElement().textContent.trim() || words.empty;
  const where = spoken.dataset.row === String(id) ? "" : `${place}, ${product}. `;
  spoken.dataset.row = id;
  spoken.textContent = `${where}${words[cell.getField()]}: ${value}. ${errors?.[cell.getField()] || ""}`.trim().slice(0, READ_MAX);
}
