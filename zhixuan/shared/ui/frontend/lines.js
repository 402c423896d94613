// <div data-lines>: the rows of a document. Rows are added from a <template>, numbered as Django's formsets expect,
// and walked through by Enter, so that a keyboard or a scanner alone is enough.
import { enhanceSearchSelects } from "./search_select.js";

const NUMBERED = ["name", "id", "for", "aria-describedby", "aria-labelledby"];
const grouped = new Intl.NumberFormat("en");

class Lines {
  constructor(element) {
    this.element = element;
    this.prefix = element.dataset.prefix;
    this.body = element.querySelector("[data-rows]");
    this.template = element.querySelector("template");
    this.total = element.querySelector(`[name="${this.prefix}-TOTAL_FORMS"]`);
    this.dropSpareRows();
    this.listen();
    this.rows().forEach((row) => this.count(row));
    this.renumber();
  }

  rows() {
    return [...this.body.querySelectorAll("[data-row]")];
  }

  /** Blank rows are there for browsers without script; one is enough here. */
  dropSpareRows() {
    const blank = this.rows().filter((row) => this.isBlank(row));
    const spare = blank.length === this.rows().length ? blank.slice(1) : blank;
    spare.forEach((row) => row.remove());
    if (!this.rows().length) this.add({ focus: false });
  }

  isBlank(row) {
    const kept = (input) => input.type === "hidden" || input.matches("[data-unit]") || input.value === input.dataset.default;
    return [...row.querySelectorAll("input, select, textarea")].every((input) => kept(input) || !input.value);
  }

  listen() {
    this.element.querySelector("[data-add]")?.addEventListener("click", () => this.add());
    this.body.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("[data-row]"));
    });
    this.body.addEventListener("input", (event) => this.changed(event));
    this.body.addEventListener("change", (event) => this.changed(event));
    this.body.addEventListener("zhixuan:taken", (event) => this.next(event.target));
    this.body.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    if (event.defaultPrevented || event.target.matches("textarea, button")) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.next(event.target);
    } else if (event.key === "Delete" && event.ctrlKey) {
      event.preventDefault();
      this.remove(event.target.closest("[data-row]"));
    }
  }

  cells(row) {
    return [...row.querySelectorAll("input:not([type=hidden]), select, textarea")].filter(
      (cell) => !cell.hidden && !cell.disabled && !cell.readOnly,
    );
  }

  /** On to the next cell; from the last cell of the last row to a new row. */
  next(from) {
    const row = from.closest("[data-row]");
    const cells = this.cells(row);
    const at = cells.findIndex((cell) => cell === from || cell.closest(".combo")?.contains(from));
    if (at >= 0 && at < cells.length - 1) {
      cells[at + 1].focus();
      return;
    }
    const following = row.nextElementSibling;
    if (following?.matches("[data-row]")) this.cells(following)[0]?.focus();
    else if (!this.isBlank(row)) this.add();
  }

  add({ focus = true } = {}) {
    const most = Number(this.element.dataset.most || 1000);
    if (this.rows().length >= most) return null;
    const row = this.template.content.firstElementChild.cloneNode(true);
    this.body.append(row);
    this.renumber();
    enhanceSearchSelects(row);
    this.count(row);
    if (focus) this.cells(row)[0]?.focus();
    return row;
  }

  remove(row) {
    const other = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    if (!this.rows().length) this.add();
    else if (other) this.cells(other)[0]?.focus();
    this.renumber();
    this.sum();
  }

  renumber() {
    const pattern = new RegExp(`(^|\\b)(id_)?${this.prefix}-(\\d+|__prefix__)-`);
    this.rows().forEach((row, index) => {
      for (const element of row.querySelectorAll("*")) {
        for (const name of NUMBERED) {
          const value = element.getAttribute(name);
          if (value && pattern.test(value)) {
            element.setAttribute(name, value.replace(pattern, `$1$2${this.prefix}-${index}-`));
          }
        }
      }
      const number = row.querySelector("[data-row-number]");
      if (number) number.textContent = index + 1;
    });
    this.total.value = this.rows().length;
  }

  changed(event) {
    this.count(event.target.closest("[data-row]"));
  }

  /** Pieces of a row: the number typed, times the pack where packs are meant. Null while it is not known. */
  piecesOf(row) {
    const typed = row.querySelector("[data-quantity]")?.value.trim().replaceAll(",", "");
    if (!typed || !/^\d+$/.test(typed)) return null;
    if ((row.querySelector("[data-unit]")?.value ?? "piece") === "piece") return Number(typed);
    const chosen = row.querySelector("[data-product]")?.selectedOptions?.[0];
    const size = row.querySelector("[data-unit]").value === "pack" ? chosen?.dataset.piecesPerPack : chosen?.dataset.piecesPerCarton;
    return size ? Number(typed) * Number(size) : null;
  }

  count(row) {
    const pieces = this.piecesOf(row);
    const chosen = row.querySelector("[data-product]")?.selectedOptions?.[0];
    const shown = row.querySelector("[data-note=pieces]");
    if (shown) {
      const unit = row.querySelector("[data-unit]");
      const same = !unit || unit.value === "piece";
      const word = chosen?.dataset.pieceUnit || this.element.dataset.piece;
      shown.textContent = pieces === null || same ? "" : `= ${grouped.format(pieces)} ${word}`;
    }
    const hint = row.querySelector("[data-note=at-hand]");
    if (hint) {
      const atHand = chosen?.dataset.atHand;
      hint.textContent = atHand ? this.element.dataset.atHand.replace("{n}", grouped.format(Number(atHand))) : chosen?.dataset.detail || "";
      hint.classList.toggle("text-danger", pieces !== null && atHand !== undefined && pieces > Number(atHand));
    }
    this.sum();
  }

  sum() {
    const all = this.rows().map((row) => this.piecesOf(row));
    const lines = this.rows().filter((row) => !this.isBlank(row)).length;
    const put = (name, value) => {
      const place = this.element.querySelector(`[data-sum-${name}]`);
      if (place) place.textContent = grouped.format(value);
    };
    put("lines", lines);
    put("pieces", all.reduce((whole, pieces) => whole + (pieces ?? 0), 0));
  }
}

const known = new WeakMap();

/** The lines that an element of the page is; null when it is none. */
export const linesOf = (element) => known.get(element) ?? null;

export function enhanceLines(root) {
  for (const element of root.querySelectorAll("[data-lines]:not([data-ready])")) {
    element.dataset.ready = "";
    known.set(element, new Lines(element));
  }
}
