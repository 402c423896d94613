// <div data-plan-grid="words" data-rows="..." data-save="..."> : thousands of lines as a spreadsheet. Arrows and Enter move,
// typing edits, a block pasted from Excel fills cells, Ctrl+Z takes back. What is changed is sent by itself, some lines at a time.
import {
  EditModule,
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  KeybindingsModule,
  ResizeColumnsModule,
  SelectRangeModule,
  SortModule,
  Tabulator,
} from "tabulator-tables";
import { columnsOf, EDITABLE, figure, looks, NAMES } from "./plan_grid_columns.js";
import { speak } from "./plan_grid_spoken.js";

Tabulator.registerModule([
  EditModule,
  FilterModule,
  FormatModule,
  FrozenColumnsModule,
  InteractionModule,
  KeybindingsModule,
  ResizeColumnsModule,
  SelectRangeModule,
  SortModule,
]);

const LINES_AT_ONCE = 500;
const WAIT_MS = 700;

class PlanGrid {
  constructor(element) {
    this.element = element;
    this.words = JSON.parse(document.getElementById(element.dataset.planGrid).textContent);
    this.status = document.getElementById("plan-grid-status");
    this.mayEdit = "save" in element.dataset;
    this.dirty = new Map();
    this.done = [];
    this.undone = [];
    this.sending = false;
  }

  async begin() {
    const rows = await this.every();
    if (!rows) return this.say(this.words.offline, true);
    this.table = new Tabulator(this.element, {
      data: rows.map((values) => this.row(values)),
      columns: columnsOf(this.words, this.mayEdit),
      height: "min(70vh, 48rem)",
      selectableRange: 1,
      selectableRangeInitializeDefault: true,
      editTriggerEvent: "dblclick",
      placeholder: this.words.nothing,
    });
    await new Promise((built) => this.table.on("tableBuilt", built));
    speak(this.table, this.words);
    this.table.on("cellEdited", (cell) => this.edited(cell));
    this.element.addEventListener("keydown", (event) => this.onKey(event), true);
    this.element.addEventListener("paste", (event) => this.onPaste(event));
    addEventListener("beforeunload", (event) => (this.dirty.size || this.wrong.length) && event.preventDefault());
    for (const id of ["plan-grid-reason", "plan-grid-source"]) {
      document.getElementById(id).addEventListener("change", () => this.touch(this.wrong));
    }
    this.say(this.words.ready.replace("{count}", figure.format(rows.length)));
    this.element.dataset.ready = "";
  }

  /** All lines, some thousands an answer; nothing when the server does not answer. */
  async every() {
    const rows = [];
    for (let total = 1; rows.length < total; ) {
      const answer = await fetch(`${this.element.dataset.rows}?start=${rows.length}`).catch(() => ({ ok: false }));
      if (!answer.ok) return undefined;
      const part = await answer.json();
      rows.push(...part.rows);
      total = part.rows.length ? part.total : 0;
    }
    return rows;
  }

  row(values) {
    return Object.fromEntries(NAMES.map((name, at) => [name, values[at]]));
  }

  /** Cells that were refused: they are sent again when the reason or the source for all of them has been typed. */
  get wrong() {
    const cells = this.table.getData().flatMap(({ id, errors }) => Object.keys(errors || {}).map((field) => ({ id, field })));
    return cells.filter(({ id, field }) => this.table.getRow(id).getData().errors[field]);
  }

  say(text, wrong = false) {
    this.status.textContent = text;
    this.status.classList.toggle("text-danger", wrong);
  }

  // Changes, and taking them back

  edited(cell) {
    if (this.quiet) return;
    this.keep([{ id: cell.getRow().getData().id, field: cell.getField(), from: cell.getOldValue(), to: cell.getValue() }]);
  }

  keep(batch) {
    this.done.push(batch);
    this.undone = [];
    this.touch(batch);
  }

  touch(batch) {
    for (const { id, field } of batch) {
      const fields = this.dirty.get(id) || new Set();
      this.dirty.set(id, fields.add(field));
      this.redraw(id, { errors: { ...this.table.getRow(id).getData().errors, [field]: undefined } });
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), WAIT_MS);
  }

  take(from, to, side) {
    const batch = from.pop();
    if (!batch) return;
    for (const one of batch) this.redraw(one.id, { [one.field]: one[side] });
    to.push(batch);
    this.touch(batch);
  }

  redraw(id, values) {
    const row = this.table.getRow(id);
    if (!row) return;
    this.quiet = true;
    row.update(values);
    this.quiet = false;
    for (const field of EDITABLE) row.getCell(field) && looks(row.getCell(field));
  }

  // Keyboard and paste

  get active() {
    return this.table.getRanges()[0]?.getCells()?.[0]?.[0];
  }

  onKey(event) {
    const typing = event.target.matches("input, textarea");
    if ((event.ctrlKey || event.metaKey) && !typing) {
      const key = event.key.toLowerCase();
      if (key === "z" && !event.shiftKey) return this.stop(event, () => this.take(this.done, this.undone, "from"));
      if (key === "y" || (key === "z" && event.shiftKey)) return this.stop(event, () => this.take(this.undone, this.done, "to"));
      return;
    }
    if (typing || event.altKey || event.ctrlKey || event.metaKey) return;
    const cell = this.active;
    if (!this.mayEdit || !cell || !EDITABLE.has(cell.getField())) {
      if (event.key === "Enter") event.stopPropagation();
      return;
    }
    if (event.key === "Delete" || event.key === "Backspace") this.stop(event, () => cell.setValue(""));
    if (event.key.length === 1) {
      this.stop(event, () => {
        cell.edit();
        const input = cell.getElement().querySelector("input");
        if (input) input.value = event.key;
      });
    }
  }

  stop(event, act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  onPaste(event) {
    if (event.target.matches("input, textarea") || !this.mayEdit) return;
    const text = event.clipboardData.getData("text/plain");
    const start = this.active;
    if (!text || !start) return;
    event.preventDefault();
    this.paste(text, start);
  }

  paste(text, start) {
    const block = text.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
    const rows = this.table.getRows("active");
    const fields = this.table.getColumns().map((column) => column.getField());
    const top = rows.findIndex((row) => row.getData().id === start.getRow().getData().id);
    const left = fields.indexOf(start.getField());
    const batch = [];
    block.forEach((values, down) => {
      const row = rows[top + down];
      if (!row) return;
      const data = row.getData();
      values.forEach((value, right) => {
        const field = fields[left + right];
        if (EDITABLE.has(field) && String(data[field] ?? "") !== value.trim()) {
          batch.push({ id: data.id, field, from: data[field], to: value.trim() });
        }
      });
    });
    this.table.blockRedraw();
    for (const one of batch) this.redraw(one.id, { [one.field]: one.to });
    this.table.restoreRedraw();
    if (batch.length) this.keep(batch);
    this.say(this.words.pasted.replace("{count}", figure.format(batch.length)));
  }

  // Sending

  async send() {
    if (this.sending || !this.dirty.size) return;
    this.sending = true;
    const ids = [...this.dirty.keys()].slice(0, LINES_AT_ONCE);
    const sent = new Map(ids.map((id) => [id, this.dirty.get(id)]));
    ids.forEach((id) => this.dirty.delete(id));
    this.say(this.words.saving);
    try {
      await this.carry(sent);
    } catch {
      sent.forEach((fields, id) => this.dirty.set(id, new Set([...fields, ...(this.dirty.get(id) || [])])));
      this.say(this.words.offline, true);
      this.timer = setTimeout(() => this.send(), 5000);
    }
    this.sending = false;
    if (this.dirty.size && !this.timer) this.send();
  }

  async carry(sent) {
    const changes = [...sent].map(([id, fields]) => {
      const data = this.table.getRow(id).getData();
      return { line: id, ...Object.fromEntries([...fields, ...(fields.has("pieces") || fields.has("reason") ? ["pieces", "reason"] : [])].map((name) => [name, String(data[name] ?? "")])) };
    });
    const said = { changes, reason: document.getElementById("plan-grid-reason").value, source: document.getElementById("plan-grid-source").value };
    const answer = await fetch(this.element.dataset.save, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": document.body.dataset.csrf },
      body: JSON.stringify(said),
    });
    if (!answer.ok) throw new Error(answer.status);
    this.timer = undefined;
    const { rows, errors, message } = await answer.json();
    for (const values of rows) {
      const row = this.row(values);
      if (!this.dirty.has(row.id)) this.redraw(row.id, { ...row, errors: {} });
    }
    const wrong = Object.entries(errors);
    for (const [id, fields] of wrong) this.redraw(Number(id), { errors: fields });
    const first = wrong.length ? Object.values(wrong[0][1])[0] : "";
    const saved = this.words.saved.replace("{count}", figure.format(rows.length));
    this.say(message || (wrong.length ? `${saved} ${this.words.wrong.replace("{count}", figure.format(wrong.length))} ${first}` : saved), Boolean(message || wrong.length));
  }
}

export function watchPlanGrid() {
  const element = document.querySelector("[data-plan-grid]");
  if (element) new PlanGrid(element).begin();
}
