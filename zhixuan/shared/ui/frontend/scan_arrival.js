// A scanned pack is counted at its lot of a transfer. The first scan begins a count: lots that nobody typed anything for
// stand at 0 from then on, so that what is not in the box is not taken in by an oversight.
import { codesOf, piecesOf, stepPieces } from "./scan_rows.js";

const rowsOf = (table) => [...table.querySelectorAll("[data-arrival]")];
const part = (row, name) => row.querySelector(`[name$="-${name}"]`);
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "—");
const format = new Intl.NumberFormat("en");

/** The table of lots on this page; null when there is none. */
export const arrivalsOf = (form) => form.querySelector("[data-arrivals]");

/** {kind: "more" | "twice" | "noted" | "bad" | "left_out", says?, warned?, count?}; `ask` puts a question to the person. */
export async function takeArrival(form, table, answer, ask) {
  const rows = rowsOf(table);
  const same = rows.filter((row) => row.dataset.item === String(answer.item.id));
  if (!same.length) return { kind: "bad", says: filled(table.dataset.itemNotSent, { item: answer.item.label }) };
  const row = rowFor(same, answer);
  if (!row && answer.lot) return notSent(form, table, answer, ask);
  if (!row) {
    show(same[0]);
    return { kind: "bad", says: table.dataset.noLot };
  }
  const words = { lot: row.dataset.number || "—", known: row.dataset.expires, given: answer.expires_on };
  if (differs(row, answer)) {
    if (!(await ask(filled(table.dataset.otherExpiry, words)))) return { kind: "left_out" };
    noteDown(form, filled(table.dataset.otherExpiryNote, words));
  }
  return count(table, row, answer, answer.lot ? [] : [filled(table.dataset.lotUnsaid, words)]);
}

function rowFor(rows, answer) {
  if (!answer.lot) return rows.length === 1 ? rows[0] : null;
  const named = rows.filter((row) => row.dataset.number === answer.lot);
  return named.find((row) => row.dataset.lotId === String(answer.lot_id)) ?? named.find((row) => !differs(row, answer)) ?? named[0] ?? null;
}

const differs = (row, answer) => Boolean(answer.expires_on && row.dataset.expires && answer.expires_on !== row.dataset.expires);

async function notSent(form, table, answer, ask) {
  const words = { lot: answer.lot, item: answer.item.label };
  if (!(await ask(filled(table.dataset.notSent, words)))) return { kind: "left_out" };
  noteDown(form, filled(table.dataset.notSentNote, words));
  return { kind: "noted", says: table.dataset.noted };
}

function count(table, row, answer, warned) {
  if (answer.pack_code && codesOf(row).includes(answer.pack_code)) return { kind: "twice" };
  const scanned = part(row, "scanned");
  const before = Number(scanned.value) || 0;
  begin(table);
  const pieces = before + (before ? stepPieces(answer) : piecesOf(answer));
  scanned.value = pieces;
  part(row, "accepted").value = pieces;
  if (answer.pack_code) part(row, "codes").value += `${answer.pack_code}\n`;
  if (pieces > Number(row.dataset.sent)) {
    const words = { lot: row.dataset.number || "—", n: format.format(pieces), sent: format.format(row.dataset.sent) };
    warned.push(filled(table.dataset.tooMany, words));
  }
  tell(table);
  show(row);
  return { kind: "more", count: format.format(pieces), warned };
}

function begin(table) {
  if (rowsOf(table).some((row) => Number(part(row, "scanned").value))) return;
  for (const row of rowsOf(table)) {
    const accepted = part(row, "accepted");
    if (!("typed" in row.dataset) && accepted.value === row.dataset.sent) accepted.value = 0;
  }
}

/** What the scanner counted, by lot and in all. */
function tell(table) {
  const rows = rowsOf(table);
  const done = rows.filter((row) => Number(part(row, "scanned").value));
  for (const row of rows) {
    const n = Number(part(row, "scanned").value);
    row.querySelector("[data-scanned-note]").textContent = n ? filled(table.dataset.scannedSo, { n: format.format(n) }) : "";
  }
  const line = document.querySelector("[data-arrival-progress]");
  line.hidden = !done.length;
  line.textContent = done.length ? filled(table.dataset.progress, { done: done.length, all: rows.length }) : "";
}

function show(row) {
  row.scrollIntoView({ block: "nearest" });
  row.classList.add("is-scanned");
  setTimeout(() => row.classList.remove("is-scanned"), 1200);
}

/** Said once, at the end of the note. */
function noteDown(form, text) {
  const note = form.querySelector("[name=note]");
  if (!note || note.value.includes(text)) return;
  note.value = [note.value.trim(), text].filter(Boolean).join(" ");
  note.dispatchEvent(new Event("input", { bubbles: true }));
}

export function watchArrivals() {
  for (const table of document.querySelectorAll("[data-arrivals]")) {
    tell(table);
    table.addEventListener("input", (event) => {
      const row = event.target.closest("[data-arrival]");
      if (row && event.target.name.endsWith("-accepted")) row.dataset.typed = "";
    });
  }
}
