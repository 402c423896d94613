// What a scanner types is caught at its Enter, wherever the cursor stands, and taken out of the field again. What the
// code says is not read here: the server does that, for every page alike.
const PAUSE_MS = 300; // between two things typed: a person takes the scanner in hand, a scanner never waits so long
const BURST_MS = 60; // a mean of so much between two keys is no person
const FNC1 = "\u001d";
const LIKE_A_CODE = /^(\]\w\w|[(（]\d{2,4}[)）]|https?:\/\/|\+[A-Z]\w{4}|\[\)>|(01|02)\d{14}|00\d{18})|^(\d{8}|\d{12,14}|\d{18}|\d{20})$/;

const NUMBER_BEFORE = /^(\d{1,6})(?=\]\w\w|\(\d{2,4}\)|https?:)/;

/** A number typed and the scanner pressed at once: the number stays, the code is taken. */
function afterNumber(one) {
  const number = one.text.match(NUMBER_BEFORE)?.[1];
  return number ? { ...one, text: one.text.slice(number.length), before: number } : null;
}

const editable = (element) => element?.matches?.("input:not([type=checkbox], [type=radio], [type=file], [type=submit], [type=button]), textarea");

/** Calls `take(code, field)` for every code that is typed on the page; `field` is where it landed, or null. */
export class ScanKeys {
  constructor(take) {
    this.take = take;
    this.forget();
    document.addEventListener("beforeinput", (event) => this.onInput(event), true);
    document.addEventListener("keydown", (event) => this.onKey(event), true);
    document.addEventListener("pointerdown", () => this.forget(), true);
  }

  forget() {
    this.segment = null;
    this.whole = null;
  }

  onInput(event) {
    if (event.inputType !== "insertText" || !event.data || !editable(event.target)) return this.forget();
    return this.push(event.data, event.target);
  }

  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "Tab") return this.onEnd(event);
    if (event.ctrlKey && event.key === "]") {
      event.preventDefault(); // how a keyboard sends the separator of GS1
      this.push(FNC1, editable(event.target) ? event.target : null);
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !editable(event.target)) {
      this.push(event.key, null);
    }
  }

  push(text, field) {
    const now = performance.now();
    const fresh = () => ({ text: "", field, before: field?.value ?? "", began: now, last: now });
    if (this.segment?.field !== field) this.segment = this.whole = null;
    if (!this.whole) this.whole = fresh();
    if (!this.segment || now - this.segment.last > PAUSE_MS) this.segment = fresh();
    for (const one of new Set([this.whole, this.segment])) {
      one.text += text;
      one.last = now;
    }
  }

  onEnd(event) {
    const found = this.code(event);
    this.forget();
    if (!found) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (found.field) this.restore(found);
    this.take(found.text.trim(), found.field);
  }

  /** The latest thing typed, or all of it where a pause fell into a code; in a search field also what was pasted. */
  code(event) {
    const field = editable(event.target) ? event.target : null;
    const search = field?.matches("[role=combobox], [type=search], [data-count-scan]");
    const tries = [this.segment, this.whole].filter((one) => one && one.field === field);
    if (search && event.key === "Enter") tries.push({ text: field.value, field, before: "", began: 0, last: 0 });
    tries.push(...tries.map(afterNumber).filter(Boolean));
    return tries.find((one) => LIKE_A_CODE.test(one.text.trim()) && (search || this.quick(one)));
  }

  quick({ text, began, last }) {
    return last - began <= BURST_MS * text.length;
  }

  restore({ field, before }) {
    field.value = before || field.dataset.scanned || ""; // its answer may have come while the next code was typed over it
    if (field.matches("[role=combobox]")) field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    else field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
