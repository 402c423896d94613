// A scanned pack goes into the lines of a document: a new line, or more on the line that has this lot already.
import { linesOf } from "./lines.js";
import { takeLot } from "./scan_lots.js";

const quantityOf = (row) => row.querySelector("[data-quantity]");
const selectOf = (row) => row.querySelector("select[data-product]");
export const codesOf = (row) => (row.querySelector("[data-codes]")?.value || "").split("\n").filter(Boolean).map((line) => line.split(" ")[0]);

/** A line kept free for the code that is being read; the cursor waits at its quantity. Null: no lines on this page. */
export function reserve(form, from) {
  const lines = linesOf((from ?? document.activeElement)?.closest?.("[data-lines]") ?? form.querySelector("[data-lines]"));
  if (!lines) return null;
  const free = (row) => row && lines.isBlank(row) && !row.dataset.reading;
  const row = [from?.closest("[data-row]"), lines.rows().at(-1)].find(free) ?? lines.add({ focus: false });
  if (!row) return null;
  row.dataset.reading = "yes";
  quantityOf(row).focus();
  return { lines, row };
}

export function release({ lines, row }) {
  if (!row.isConnected) return;
  delete row.dataset.reading;
  if (!lines.isBlank(row) || lines.rows().length === 1) return;
  const focused = row.contains(document.activeElement);
  row.remove();
  lines.renumber();
  lines.sum();
  if (focused) quantityOf(lines.rows().at(-1)).focus();
}

/** Which choice of the select the answer means; null when it is not offered here. */
function choiceFor(select, answer) {
  const { item } = answer;
  const tries = select.matches("[data-item]") ? [item.id] : select.matches("[data-held]") ? [answer.lot_id] : [item.product, `${item.product}:${item.id}`];
  return tries.map(String).find((value) => [...select.options].some((option) => option.value === value)) ?? null;
}

/** {kind: "taken" | "more" | "twice" | "not_offered", row, count} */
export function takePack(form, place, answer, { otherExpiry = false } = {}) {
  const moved = elsewhere(form, place, answer);
  const { lines, row } = moved;
  const select = selectOf(row);
  const choice = choiceFor(select, answer);
  if (choice === null) {
    release(moved);
    return { kind: select.matches("[data-held]") ? "not_held" : "not_offered" };
  }
  const same = lines.rows().filter((other) => other !== row && isSame(other, select, choice, answer)).at(-1);
  if (same) return addTo(form, same, moved, choice, answer);
  delete row.dataset.reading;
  fill(row, choice, answer, otherExpiry);
  if (select.matches("[data-stock]")) takeLot(form, row, choice, answer, piecesOf(answer, row));
  lines.count(row);
  settleCursor(row, answer);
  flash(row);
  return { kind: "taken", row, count: quantityOf(row).value };
}

/** A lot that is not in the books here goes to the lines for lots found, where the page has them. */
function elsewhere(form, place, answer) {
  const select = selectOf(place.row);
  if (!select.matches("[data-held]") || choiceFor(select, answer) !== null) return place;
  const found = [...form.querySelectorAll("[data-lines]")].find((one) => one.querySelector("select[data-item]"));
  if (!found) return place;
  release(place);
  return reserve(form, found.querySelector("[data-row]:last-child input"));
}

function isSame(other, select, choice, answer) {
  if (selectOf(other)?.value !== choice) return false;
  if (!select.matches("[data-item]")) return true;
  const lot = other.querySelector("[data-lot]").value.trim();
  const expiry = other.querySelector("[data-expiry]").value;
  return (!answer.lot || lot === answer.lot) && (!answer.expires_on || expiry === answer.expires_on);
}

function stepOf() {
  return document.querySelector("[data-scan-step]")?.value ?? "pack";
}

function sizes(answer) {
  const pack = answer.item.pieces_per_pack;
  return { piece: 1, pack, carton: pack * answer.item.packs_per_carton };
}

/** Pieces that one scan stands for: as the code says, else one pack or carton. */
export function piecesOf(answer) {
  const size = sizes(answer);
  if (answer.count) return answer.count * size[answer.count_unit];
  return size[answer.item.holds === "carton" ? "carton" : "pack"];
}

/** Pieces that the same code scanned again stands for: what the code says, else what was chosen in the bar. */
export const stepPieces = (answer) => (answer.count || answer.item.holds === "carton" ? piecesOf(answer) : sizes(answer)[stepOf()]);

function addTo(form, row, place, choice, answer) {
  const typed = Number(quantityOf(place.row).value) || 0;
  quantityOf(place.row).value = "";
  release(place);
  if (answer.pack_code && codesOf(row).includes(answer.pack_code)) return { kind: "twice", row };
  const size = sizes(answer);
  const unit = row.querySelector("[data-unit]");
  const quantity = quantityOf(row);
  const step = stepPieces(answer);
  if (selectOf(row).matches("[data-stock]") && answer.lot_id) takeLot(form, row, choice, answer, step);
  else {
    const pieces = (Number(quantity.value.replaceAll(",", "")) || 0) * size[unit.value] + (typed ? typed * size[unit.value] : step);
    unit.value = [unit.value, "pack", "piece"].find((name) => size[name] <= size[unit.value] && pieces % size[name] === 0);
    quantity.value = pieces / size[unit.value];
  }
  keepCode(row, answer);
  for (const cell of [unit, quantity]) cell.dispatchEvent(new Event("change", { bubbles: true }));
  quantity.focus();
  quantity.select();
  flash(row);
  return { kind: "more", row, count: `${quantity.value} ${unit.selectedOptions[0].text}` };
}

function fill(row, choice, answer, otherExpiry) {
  const select = selectOf(row);
  select.value = choice;
  select.dispatchEvent(new Event("change", { bubbles: true }));
  for (const [mark, value] of [["lot", answer.lot], ["expiry", answer.expires_on], ["made", answer.made_on]]) {
    const input = row.querySelector(`input[data-${mark}]`);
    if (input && value && !input.value) {
      input.value = value;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  const [quantity, unit] = [quantityOf(row), row.querySelector("[data-unit]")];
  const said = answer.count ? answer.count_unit : answer.item.holds;
  if (unit.value === "piece") unit.value = said === "pack" && answer.item.pieces_per_pack === 1 ? "piece" : said;
  quantity.dataset.scanned = answer.count || 1;
  if (!quantity.value) quantity.value = quantity.dataset.scanned;
  if (otherExpiry) confirmExpiry(row);
  keepCode(row, answer);
  for (const cell of [unit, quantity]) cell.dispatchEvent(new Event("change", { bubbles: true }));
}

function keepCode(row, answer) {
  const input = row.querySelector("[data-codes]");
  if (input && answer.pack_code) input.value += `${answer.pack_code}${answer.lot_id ? ` ${answer.lot_id}` : ""}\n`;
}

/** The box that the server asks for when a number is known with another expiry: it has been answered already. */
function confirmExpiry(row) {
  const expiry = row.querySelector("input[data-expiry]");
  const box = document.createElement("input");
  Object.assign(box, { type: "hidden", name: expiry.name.replace(/expires_on$/, "other_expiry"), value: "yes" });
  expiry.after(box);
}

/** What is still missing is next; else the number stands marked, so that typing replaces it and a scan goes on. */
function settleCursor(row, answer) {
  if (!row.contains(document.activeElement)) return;
  const lot = row.querySelector("input[data-lot]");
  if (lot && !lot.value && !answer.lot) return lot.focus();
  if (document.activeElement === quantityOf(row)) quantityOf(row).select();
  return undefined;
}

function flash(row) {
  row.classList.add("is-scanned");
  setTimeout(() => row.classList.remove("is-scanned"), 1200);
}
