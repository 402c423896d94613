// How a plan's spreadsheet looks: the fields of a row as the server sends them, the columns, and what a cell shows.
export const NAMES = ["id", "place", "product", "unit", "use", "users", "by_users", "forecast", "stands", "stock", "coming", "proposed", "pieces", "reason"];
export const EDITABLE = new Set(["users", "pieces", "reason"]);

export const figure = new Intl.NumberFormat("en");

function shown(cell) {
  const value = cell.getValue();
  return value === null || value === "" || value === undefined ? "" : Number.isFinite(Number(value)) ? figure.format(value) : escaped(value);
}

function escaped(value) {
  const node = document.createElement("span");
  node.textContent = value;
  return node.innerHTML;
}

/** A cell that is wrong says so in words on hover, and by its looks; what is changed by hand is set apart. */
export function looks(cell) {
  const field = cell.getField();
  const row = cell.getRow().getData();
  const element = cell.getElement();
  const wrong = row.errors?.[field] || "";
  element.classList.toggle("is-wrong", Boolean(wrong));
  element.classList.toggle("is-by-hand", field === "pieces" && Number(row.pieces) !== row.proposed);
  element.title = wrong;
  element.setAttribute("aria-invalid", Boolean(wrong));
  return field === "reason" ? escaped(row.reason || "") : shown(cell);
}

export function columnsOf(words, mayEdit) {
  const number = { hozAlign: "right", headerHozAlign: "right", formatter: shown, sorter: "number" };
  const open = (editor) => (mayEdit ? { editor, formatter: looks, cssClass: "is-open" } : { formatter: looks });
  const columns = [
    { field: "place", width: 150, headerFilter: "input" },
    { field: "product", width: 190, headerFilter: "input" },
    { field: "unit", width: 64 },
    { field: "proposed", width: 100, ...number },
    { field: "pieces", width: 110, ...number, ...open("input") },
    { field: "reason", width: 200, ...open("input") },
    { field: "stands", width: 110 },
    { field: "use", width: 95, ...number },
    { field: "users", width: 95, ...number, ...open("input") },
    { field: "by_users", width: 95, ...number },
    { field: "forecast", width: 95, ...number },
    { field: "stock", width: 95, ...number },
    { field: "coming", width: 85, ...number },
  ];
  const named = (field) => ({ headerFilterParams: { elementAttributes: { "aria-label": words[field] } } });
  return columns.map((one) => ({ ...one, title: words[one.field], resizable: true, ...(one.headerFilter && named(one.field)) }));
}
