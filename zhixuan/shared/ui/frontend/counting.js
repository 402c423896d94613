// <div data-count-sheet>: cards of a count. Each number is saved at once by a request of its own; without network it is
// kept in this browser and sent later, with how long ago it was typed.

import { tokenToWrite } from "./csrf.js";

const RETRY_MS = 8_000;
const GIVEN_UP_MS = 12_000;

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

class CountSheet {
  constructor(element) {
    this.element = element;
    this.words = element.dataset;
    this.waiting = this.kept();
    this.sending = new Set();
    this.element.addEventListener("submit", (event) => this.onSubmit(event));
    this.element.addEventListener("change", (event) => this.onChange(event));
    this.element.addEventListener("keydown", (event) => this.onKey(event));
    this.element.addEventListener("focusin", ({ target }) => target.matches("[data-count-number]") && target.select());
    const scanner = document.querySelector("[data-count-scan]");
    scanner?.form.addEventListener("submit", (event) => this.onSearch(event, scanner));
    document.addEventListener("zx:scan", (event) => this.onScan(event));
    window.addEventListener("online", () => this.sendAll());
    setInterval(() => this.sendAll(), RETRY_MS);
    this.showKept();
    this.sendAll();
  }

  /** What has not reached the server: {line: {address, pieces, seen, command, typedAt}}. */
  kept() {
    try {
      return JSON.parse(localStorage.getItem(this.words.store) || "{}");
    } catch {
      return {};
    }
  }

  keep() {
    try {
      localStorage.setItem(this.words.store, JSON.stringify(this.waiting));
    } catch {
      // no storage: this page still holds it
    }
    const banner = document.querySelector("[data-count-waiting]");
    if (banner) banner.hidden = !Object.values(this.waiting).some((one) => one.tried);
  }

  form(line) {
    return this.element.querySelector(`[data-count-line="${line}"]`);
  }

  showKept() {
    for (const [line, one] of Object.entries(this.waiting)) {
      const form = this.form(line);
      if (form) {
        form.elements.pieces.value = one.pieces;
        this.say(form, this.words.kept, "is-waiting");
      }
    }
    this.keep();
  }

  say(form, text, css) {
    const state = form.querySelector("[data-count-state]");
    state.textContent = text;
    form.classList.remove("is-waiting", "is-refused", "is-saving");
    if (css) form.classList.add(css);
  }

  onSubmit(event) {
    event.preventDefault();
    const form = event.target;
    this.take(form);
    this.next(form);
  }

  onChange({ target }) {
    if (target.matches("[data-count-number]")) this.take(target.form);
  }

  onKey(event) {
    if (!event.target.matches("[data-count-number]") || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    const fields = [...this.element.querySelectorAll("[data-count-number]")];
    fields[fields.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
  }

  next(form) {
    const forms = [...this.element.querySelectorAll("[data-count-line]")];
    const after = forms.slice(forms.indexOf(form) + 1);
    const open = after.find((one) => !one.elements.pieces.value) || after[0];
    open?.elements.pieces.focus();
  }

  /** Note the number of a card, unless it stands there already, and send it. */
  take(form) {
    const pieces = form.elements.pieces.value.trim();
    const line = form.dataset.countLine;
    if (!pieces || pieces === form.dataset.sent || (pieces === form.elements.pieces.defaultValue && !form.dataset.refused)) return;
    form.dataset.sent = pieces;
    this.waiting[line] = {
      address: form.getAttribute("action"),
      pieces,
      seen: form.elements.seen.value,
      command: newId(),
      typedAt: Date.now(),
    };
    this.keep();
    this.send(line);
  }

  sendAll() {
    Object.keys(this.waiting).forEach((line) => this.send(line));
  }

  async send(line) {
    const one = this.waiting[line];
    if (!one || this.sending.has(line)) return;
    this.sending.add(line);
    const form = this.form(line);
    if (form) this.say(form, this.words.saving, "is-saving");
    try {
      const answer = await fetch(one.address, {
        method: "POST",
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": tokenToWrite() },
        body: new URLSearchParams({
          pieces: one.pieces,
          seen: one.seen,
          command_id: one.command,
          age: String(Math.max(0, Math.round((Date.now() - one.typedAt) / 1000))),
        }),
        signal: AbortSignal.timeout ? AbortSignal.timeout(GIVEN_UP_MS) : undefined,
      });
      this.answered(line, one, answer, await this.read(answer));
    } catch {
      one.tried = true;
      if (form) this.say(form, this.words.kept, "is-waiting");
    } finally {
      this.sending.delete(line);
      this.keep();
    }
  }

  async read(answer) {
    const json = answer.headers.get("Content-Type")?.includes("json");
    return json ? answer.json() : null;
  }

  answered(line, one, answer, said) {
    const form = this.form(line);
    if (!said) {
      // A sign-in page or a server in trouble: the number stays here.
      one.tried = true;
      if (form) this.say(form, answer.status < 500 ? this.words.ended : this.words.kept, "is-waiting");
      return;
    }
    if (this.waiting[line] === one) delete this.waiting[line];
    if (!form) return;
    if (answer.ok) this.saved(form, said);
    else this.refused(form, said);
  }

  saved(form, said) {
    form.elements.seen.value = said.tallies;
    if (document.activeElement !== form.elements.pieces) form.elements.pieces.value = said.counted;
    form.elements.pieces.defaultValue = said.counted;
    delete form.dataset.refused;
    delete form.dataset.sent;
    form.classList.add("is-counted");
    form.classList.remove("is-again");
    this.say(form, `${this.words.saved} ${said.counted} · ${said.by}, ${said.at}`);
    this.progress(said.left);
  }

  refused(form, said) {
    if (said.seen !== undefined) form.elements.seen.value = said.seen;
    form.dataset.refused = "";
    delete form.dataset.sent;
    this.say(form, said.message, "is-refused");
  }

  progress(left) {
    const place = document.querySelector("[data-count-left]");
    if (!place) return;
    const total = Number(place.dataset.of);
    place.querySelector("[data-count-done]").textContent = total - left;
    document.querySelector("[data-count-progress]").value = total - left;
  }

  /** A lot number typed by hand leads to its card; anything else is searched for by the server. */
  onSearch(event, scanner) {
    const typed = { lot: scanner.value.trim() };
    if (!this.card(typed)) return;
    event.preventDefault();
    this.jump(typed);
    scanner.value = "";
  }

  onScan(event) {
    const { item, lot, expires_on: expiry } = event.detail;
    if (!item) return; // the bar says why
    event.preventDefault();
    this.jump({ item: String(item.id), lot, expiry });
  }

  card({ item, lot, expiry }) {
    const same = [...this.element.querySelectorAll("[data-count-line]")].filter(
      ({ dataset }) => (!item || dataset.item === item) && (!lot || dataset.lot === lot) && (!expiry || !lot || dataset.expiry === expiry),
    );
    return same.length === 1 || lot ? same[0] : same.find((one) => !one.elements.pieces.value) || same[0];
  }

  /** To the scanned lot: on this page, else by asking the server for it. */
  jump(scan) {
    const card = this.card(scan);
    if (card) {
      card.scrollIntoView({ block: "center" });
      card.elements.pieces.focus();
      return;
    }
    const asked = new URLSearchParams(Object.entries(scan).filter(([, value]) => value));
    location.assign(`?${asked}`);
  }
}

export function enhanceCounts(root) {
  for (const element of root.querySelectorAll("[data-count-sheet]:not([data-ready])")) {
    element.dataset.ready = "";
    new CountSheet(element);
  }
  for (const all of root.querySelectorAll("[data-check-all]")) {
    all.addEventListener("change", () => {
      for (const box of all.closest("table").querySelectorAll("tbody [type=checkbox]")) box.checked = all.checked;
    });
  }
}
