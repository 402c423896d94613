// Scanning a pack that goes out chooses its lot. The choice is kept in hidden fields until the list of lots shows it.
const nameOf = (choice, lot) => `take-${choice}-${lot}`;

function kept(form, name, value) {
  const frame = form.querySelector("[data-scanned-lots]");
  let input = [...frame.children].find((one) => one.name === name);
  if (!input) {
    input = Object.assign(document.createElement("input"), { type: "hidden", name });
    frame.append(input);
  }
  input.value = value;
}

const shown = (form, name) => [...form.querySelectorAll("#proposal input")].find((one) => one.name === name);
const numbers = (inputs) => inputs.map((one) => Number(one.value) || 0).reduce((sum, one) => sum + one, 0);

function chosen(form, choice) {
  const box = shown(form, `hand-${choice}`);
  const listed = new Map();
  const mine = (one) => one.name.startsWith(`take-${choice}-`);
  if (box?.checked) for (const one of form.querySelectorAll("#proposal input")) if (mine(one)) listed.set(one.name, one);
  for (const one of form.querySelectorAll("[data-scanned-lots] input")) if (mine(one)) listed.set(one.name, one);
  return listed;
}

/** So many pieces more of the lot that was scanned; the line's number is the sum of its lots. */
export function takeLot(form, row, choice, answer, pieces) {
  if (!answer.lot_id || !form.querySelector("[data-scanned-lots]")) return;
  const name = nameOf(choice, answer.lot_id);
  const total = (Number(chosen(form, choice).get(name)?.value) || 0) + pieces;
  kept(form, `hand-${choice}`, "yes");
  kept(form, name, total);
  const box = shown(form, `hand-${choice}`);
  const field = shown(form, name);
  if (box) box.checked = true;
  if (field) field.value = total;
  const [quantity, unit] = [row.querySelector("[data-quantity]"), row.querySelector("[data-unit]")];
  quantity.value = numbers([...chosen(form, choice).values()]);
  unit.value = "piece";
  quantity.dispatchEvent(new Event("change", { bubbles: true }));
}

/** Once the list of lots shows what was scanned, the hidden fields have done their work. */
function onSwap({ target }) {
  const form = target.closest?.("form");
  const frame = form?.querySelector("[data-scanned-lots]");
  if (!frame || target.id !== "proposal") return;
  for (const one of [...frame.children]) {
    const field = shown(form, one.name);
    if (field?.type === "checkbox" ? field.checked : field?.value === one.value) one.remove();
  }
}

export function watchScannedLots() {
  document.body.addEventListener("htmx:afterSwap", onSwap);
}
