// <div data-scan>: takes codes from scanner or camera, asks the server what they mean, and hands the answers on in
// order: to whoever listens to "zx:scan", to the lines of the form, or to the counter's tiles.
import { arrivalsOf, takeArrival, watchArrivals } from "./scan_arrival.js";
import { ScanKeys } from "./scan_keys.js";
import { watchScannedLots } from "./scan_lots.js";
import { ScanQueue } from "./scan_queue.js";
import { release, reserve, takePack } from "./scan_rows.js";
import { sound } from "./scan_sound.js";

const KEEP_STEP = "zhixuan-scan-step";
const KEEP_SOUND = "zhixuan-scan-sound";
const KEY_ALONE_MS = 80;

class ScanBar {
  constructor(element) {
    this.element = element;
    this.form = element.closest("form") ?? document.querySelector("main form") ?? document.body;
    this.part = (name) => element.querySelector(`[data-${name}]`);
    this.words = element.dataset;
    this.chain = Promise.resolve();
    this.unlinked = new Set();
    const { scan: address, use, facility } = element.dataset;
    this.queue = new ScanQueue({ address, use, facility, trouble: (kind, codes) => this.trouble(kind, codes) });
    this.keys = new ScanKeys((code, field) => this.scanned(code, field));
    window.addEventListener("focus", () => this.readUnlinked());
    this.part("camera").addEventListener("click", () => this.openCamera());
    this.remember(this.part("scan-step"), KEEP_STEP, "value");
    this.remember(this.part("scan-sound"), KEEP_SOUND, "checked");
    for (const code of this.part("unread").value.split("\n").filter(Boolean)) this.scanned(code, null);
  }

  remember(input, key, property) {
    if (!input) return; // a page where a scan adds nothing
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      if (kept !== null) input[property] = kept;
      input.addEventListener("change", () => localStorage.setItem(key, JSON.stringify(input[property])));
    } catch {
      // nothing is kept on this machine
    }
  }

  /** A code came in. Its line is there at once, so that a number typed now is its number, however slow the answer. */
  scanned(code, field) {
    const place = reserve(this.form, field);
    if (place) this.note(place.row, this.words.reading);
    const asked = this.queue.ask(code);
    this.chain = this.chain.then(async () => this.take(await asked, place, field)).catch((error) => console.error(error));
    return this.chain;
  }

  async take(answer, place, field) {
    if (place) this.note(place.row, "");
    const event = new CustomEvent("zx:scan", { cancelable: true, detail: answer });
    if (!document.dispatchEvent(event)) return this.handed(answer, place);
    if (answer.state === "bad") return this.refused(answer, place, field);
    const warned = (answer.warnings ?? []).map(({ text }) => text);
    const stops = (answer.warnings ?? []).some(({ code }) => code === "not_here" || (code === "expired" && this.words.use === "dispense"));
    if (stops && !(this.words.use === "adjust")) return this.bad(warned.join(" "), place);
    if (answer.question && !(await this.ask(answer.question.text))) return this.bad(this.words.leftOut, place, { quiet: true });
    const arrivals = arrivalsOf(this.form);
    if (arrivals) return this.tellArrival(await takeArrival(this.form, arrivals, answer, (text) => this.ask(text)), answer, warned);
    const otherExpiry = answer.question?.code === "other_expiry";
    const taken = place ? takePack(this.form, place, answer, { otherExpiry }) : this.takeTile(answer);
    return this.tell(taken, answer, warned);
  }

  handed(answer, place) {
    if (place) release(place);
    if (answer.state === "bad") this.refused(answer, null, null);
    else this.good(answer.says);
  }

  tell(taken, answer, warned) {
    if (!taken) return this.bad(this.words.nowhere, null);
    if (taken.kind === "twice") return this.bad(this.words.twice, null);
    if (taken.kind === "not_held") return this.bad(this.words.notHeld, null);
    if (taken.kind === "not_offered") return this.bad(this.words.notOffered.replace("{item}", answer.item.label), null);
    const counted = taken.kind === "more" ? ` · ${this.words.counted.replace("{n}", taken.count)}` : "";
    this.good(answer.says + counted, { warned });
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
    return undefined;
  }

  tellArrival(taken, answer, warned) {
    if (taken.kind === "left_out") return this.bad(this.words.leftOut, null, { quiet: true });
    if (taken.kind === "noted") return this.good(taken.says);
    if (taken.kind === "bad") return this.bad(taken.says, null);
    return this.tell(taken, answer, [...warned, ...(taken.warned ?? [])]);
  }

  takeTile(answer) {
    const tile = this.form.querySelector(`[data-scan-product="${answer.item.product}"]`);
    if (!tile) return null;
    const input = tile.querySelector("input");
    input.value = (Number(input.value) || 0) + (answer.count && answer.count_unit === "piece" ? answer.count : answer.item.pieces_per_pack);
    for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
    tile.scrollIntoView({ block: "nearest" });
    return { kind: "more", count: input.value };
  }

  refused(answer, place, field) {
    if (answer.why === "not_in_catalogue") this.unlinked.add(answer.code);
    // A lot number has a bar code of its own now and then: it stays where it was scanned to.
    if (answer.why === "check_digit" && field && field.isConnected && !field.value && field.matches("[data-lot]")) field.value = answer.code;
    this.bad(answer.says, place, { link: answer.link, code: answer.code });
  }

  good(text, { warned = [] } = {}) {
    this.show(warned.length ? "warn" : "good");
    this.part("scan-said").textContent = text;
    this.part("scan-bad").textContent = warned.join(" ");
    if (this.part("scan-sound").checked) sound(!warned.length);
  }

  bad(text, place, { link, code, quiet = false } = {}) {
    if (place) release(place);
    this.show("bad");
    this.part("scan-said").textContent = "";
    const said = this.part("scan-bad");
    said.textContent = text;
    if (link) said.append(" ", Object.assign(document.createElement("a"), { href: link.href, textContent: link.text, target: "_blank", rel: "noopener" }));
    if (code && !text.includes(code)) said.append(" ", Object.assign(document.createElement("code"), { textContent: [...code].map((sign) => (sign < " " ? "·" : sign)).join("").slice(0, 60) }));
    if (!quiet && this.part("scan-sound").checked) sound(false);
  }

  show(state) {
    this.element.dataset.state = "";
    requestAnimationFrame(() => (this.element.dataset.state = state));
  }

  note(row, text) {
    const note = row.querySelector("[data-note=pieces]");
    if (note) note.textContent = text;
  }

  trouble(kind, codes) {
    const frame = this.part("scan-kept");
    frame.hidden = !kind;
    this.part("unread").value = codes.join("\n");
    if (!kind) return;
    frame.textContent = kind === "signed_out" ? this.words.signedOut : this.words.offline;
    const again = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: this.words.readAgain });
    again.addEventListener("click", () => this.queue.pump());
    const list = document.createElement("ol");
    for (const code of codes) list.append(Object.assign(document.createElement("li"), { textContent: code }));
    frame.append(" ", again, list);
    this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Another window has perhaps linked a code meanwhile. */
  async readUnlinked() {
    for (const code of this.unlinked) {
      this.unlinked.delete(code);
      this.queue.forget(code);
      const answer = await this.queue.ask(code);
      if (answer.state === "bad") this.unlinked.add(code);
      else this.chain = this.chain.then(() => this.take(answer, reserve(this.form, null), null));
    }
  }

  /** By key alone: Y or N. A scan meanwhile waits its turn: a letter counts only when no other follows at once. */
  ask(text) {
    this.show("warn");
    if (this.part("scan-sound").checked) sound(false);
    const said = this.part("scan-bad");
    const back = document.activeElement;
    said.textContent = `${text} `;
    const buttons = [this.words.yes, this.words.no].map((label) => Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: label }));
    said.append(...buttons);
    buttons[1].focus();
    return new Promise((resolve) => {
      let timer;
      const end = (yes) => {
        document.removeEventListener("keydown", onKey);
        this.keys.forget(); // the answer is no part of the next code
        said.textContent = "";
        back?.focus?.();
        resolve(yes);
      };
      const onKey = (event) => {
        clearTimeout(timer);
        const key = event.key.toLowerCase();
        if ((key === "y" || key === "n") && !event.ctrlKey && !event.metaKey) timer = setTimeout(() => end(key === "y"), KEY_ALONE_MS);
      };
      document.addEventListener("keydown", onKey);
      buttons.forEach((button, at) => button.addEventListener("click", () => end(at === 0)));
    });
  }

  async openCamera() {
    const { Camera } = await import("./camera.js");
    this.camera ??= new Camera(this.part("scan-view"), {
      wasm: this.words.wasm,
      found: (code) => this.scanned(code, null),
      trouble: (kind) => this.bad(kind === "no_code" ? this.words.noCode : this.words.noCamera, null),
    });
    this.camera.open();
  }
}

export function watchScans() {
  watchScannedLots();
  watchArrivals();
  document.querySelectorAll("[data-scan]").forEach((element) => new ScanBar(element));
}
