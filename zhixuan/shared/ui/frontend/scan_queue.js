// Codes on their way to the server: in the order in which they were scanned, several in one question, none ever lost.
// They travel in the body of a POST: addresses are written into logs, and a serial number has no business there.
import { tokenToAsk } from "./csrf.js";

const AT_ONCE_MAX = 20;
const AGAIN_MS = 3_000;
const PATIENCE_MS = 20_000;

export class ScanQueue {
  /** `trouble(kind, codes)`: "offline" or "signed_out" with what waits, "" once all is read. */
  constructor({ address, use, facility, trouble }) {
    Object.assign(this, { address, use, facility, trouble, waiting: [], known: new Map(), busy: false });
    window.addEventListener("online", () => this.pump());
  }

  /** The server's answer to a code; waits as long as it takes. */
  ask(code) {
    return new Promise((resolve) => {
      this.waiting.push({ code, resolve });
      this.pump();
    });
  }

  /** Forget an answer that may have changed, such as that a code is unknown. */
  forget(code) {
    this.known.delete(code);
  }

  async pump() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    while (this.waiting.length && (await this.step()));
    this.busy = false;
    if (this.waiting.length) this.timer = setTimeout(() => this.pump(), AGAIN_MS);
    else this.trouble("", []);
  }

  async step() {
    while (this.waiting.length && this.known.has(this.waiting[0].code)) this.answer(this.known.get(this.waiting[0].code));
    const batch = this.waiting.slice(0, AT_ONCE_MAX);
    if (!batch.length) return true;
    try {
      for (const one of await this.fetch(batch.map(({ code }) => code))) {
        if (one.state !== "bad") this.known.set(one.code, one);
        this.answer(one);
      }
      return true;
    } catch (error) {
      this.trouble(error.message === "signed_out" ? "signed_out" : "offline", this.waiting.map(({ code }) => code));
      return false;
    }
  }

  answer(answer) {
    this.waiting.shift().resolve(answer);
  }

  async fetch(codes) {
    const body = new URLSearchParams(codes.map((code) => ["code", code]));
    body.set("use", this.use);
    if (this.facility) body.set("facility", this.facility);
    const answer = await fetch(this.address, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": tokenToAsk() },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout?.(PATIENCE_MS),
    });
    // Led to the sign-in page, or no token any more: only a person can help, and nothing is lost meanwhile.
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new Error("signed_out");
    if (!answer.ok) throw new Error("offline");
    return (await answer.json()).codes;
  }
}
