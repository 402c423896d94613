// <select data-search-select>: type to find, Enter to take; a bare GTIN takes its product at once.
// With data-search-url the choices come from the server: {"results": [{"value", "label", "detail", "keywords", "data"}]}.

const SHOWN_MAX = 50;
const WAIT_MS = 250;
const GTIN = /^(\d{8}|\d{12,14})$/;
let made = 0;

/** A name longer than its field is shown whole, in as many lines as it needs, until somebody types there. */
function fit(inputs) {
  const frames = inputs.map((input) => input.parentElement);
  frames.forEach((frame) => frame.classList.remove("is-long"));
  const long = inputs.map((input) => input.scrollWidth > input.clientWidth);
  frames.forEach((frame, at) => frame.classList.toggle("is-long", long[at]));
}

const widths = new WeakMap();
const watcher = new ResizeObserver((entries) => {
  const changed = entries.filter(({ target }) => widths.get(target) !== target.clientWidth);
  changed.forEach(({ target }) => widths.set(target, target.clientWidth));
  fit(changed.map(({ target }) => target));
});

const plain = (text) => text.normalize("NFKC").toLowerCase();
const codesOf = (option) => (option.dataset.keywords || "").split(" ").filter(Boolean);

class SearchSelect {
  constructor(select) {
    this.select = select;
    this.shown = [];
    this.at = -1;
    this.build();
    this.listen();
  }

  build() {
    const { select } = this;
    const list = `choices-${(made += 1)}`;
    this.frame = document.createElement("div");
    this.frame.className = "combo";
    this.input = document.createElement("input");
    Object.assign(this.input, { type: "text", id: select.id, autocomplete: "off", spellcheck: false, disabled: select.disabled });
    this.input.className = `form-control ${select.classList.contains("is-invalid") ? "is-invalid" : ""}`;
    this.input.placeholder = select.dataset.placeholder || "";
    const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list };
    for (const [name, value] of Object.entries(roles)) this.input.setAttribute(name, value);
    for (const name of ["aria-describedby", "aria-label", "aria-invalid", "aria-required"]) {
      if (select.hasAttribute(name)) this.input.setAttribute(name, select.getAttribute(name));
    }
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: list, className: "combo-list", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", select.dataset.placeholder || select.labels?.[0]?.textContent || "");
    select.id = `${select.id}-value`;
    select.hidden = true;
    select.before(this.frame);
    this.whole = document.createElement("span");
    this.whole.className = "combo-whole";
    this.whole.setAttribute("aria-hidden", "true"); // the field has said it
    this.frame.append(this.input, this.whole, this.list, select);
    this.showChosen();
    watcher.observe(this.input);
  }

  listen() {
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("click", () => this.list.hidden && this.search(""));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 150));
    this.select.addEventListener("change", () => this.showChosen());
    this.list.addEventListener("pointerdown", (event) => {
      const item = event.target.closest("[role=option]");
      event.preventDefault();
      if (item) this.take(this.shown[Number(item.dataset.at)]);
    });
  }

  options() {
    return [...this.select.options].filter((option) => option.value !== "");
  }

  search(text = this.input.value) {
    clearTimeout(this.timer);
    if (this.select.dataset.searchUrl) this.timer = setTimeout(() => this.fetch(text), text ? WAIT_MS : 0);
    else this.show(this.matching(text));
  }

  matching(text) {
    const words = plain(text).split(/\s+/).filter(Boolean);
    const found = this.options().filter((option) => {
      const whole = plain(`${option.text} ${option.dataset.keywords || ""}`);
      return words.every((word) => whole.includes(word));
    });
    return found.slice(0, SHOWN_MAX);
  }

  async fetch(text) {
    const address = new URL(this.select.dataset.searchUrl, location.href);
    address.searchParams.set("q", text);
    this.asking?.abort();
    this.asking = new AbortController();
    try {
      const answer = await fetch(address, { signal: this.asking.signal, headers: { Accept: "application/json" } });
      const { results } = await answer.json();
      this.show(results.slice(0, SHOWN_MAX).map((one) => this.optionOf(one)));
    } catch (error) {
      if (error.name !== "AbortError") this.show([]);
    }
  }

  optionOf({ value, label, detail, keywords, data }) {
    const known = this.options().find((option) => option.value === String(value));
    const option = known || new Option(label, value);
    Object.assign(option.dataset, data, { detail: detail || "", keywords: keywords || "" });
    return option;
  }

  show(options) {
    this.shown = options;
    this.at = options.length ? 0 : -1;
    this.list.replaceChildren(...options.map((option, at) => this.item(option, at)));
    if (!options.length) this.list.append(this.nothing());
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.mark();
  }

  item(option, at) {
    const item = document.createElement("li");
    Object.assign(item, { id: `${this.list.id}-${at}`, className: "combo-item", textContent: option.text });
    item.dataset.at = at;
    item.setAttribute("role", "option");
    if (option.dataset.detail) {
      const detail = document.createElement("small");
      detail.textContent = option.dataset.detail;
      item.append(detail);
    }
    return item;
  }

  nothing() {
    const item = document.createElement("li");
    Object.assign(item, { className: "combo-nothing", textContent: this.select.dataset.nothing || "–" });
    item.setAttribute("role", "option");
    item.setAttribute("aria-disabled", "true");
    return item;
  }

  mark() {
    this.list.querySelectorAll("[data-at]").forEach((item, at) => {
      item.setAttribute("aria-selected", String(at === this.at));
      if (at === this.at) item.scrollIntoView({ block: "nearest" });
    });
    if (this.at >= 0) this.input.setAttribute("aria-activedescendant", `${this.list.id}-${this.at}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.list.hidden) return this.search("");
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = (this.at + step + this.shown.length) % Math.max(1, this.shown.length);
      return this.mark();
    }
    if (event.key === "Escape" && !this.list.hidden) {
      event.stopPropagation();
      this.showChosen();
      return this.close();
    }
    if (event.key === "Enter") return this.onEnter(event);
    return undefined;
  }

  onEnter(event) {
    const typed = this.input.value.trim();
    const exact = GTIN.test(typed) && this.options().find((option) => codesOf(option).some((code) => code.padStart(14, "0") === typed.padStart(14, "0")));
    if (exact) {
      event.preventDefault();
      this.take(exact);
    } else if (!this.list.hidden && this.at >= 0) {
      event.preventDefault();
      this.take(this.shown[this.at]);
    }
  }

  take(option) {
    if (!option.parentNode) this.select.append(option);
    this.select.value = option.value;
    this.showChosen();
    this.close();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    this.select.dispatchEvent(new CustomEvent("zhixuan:taken", { bubbles: true }));
  }

  leave() {
    if (this.input.value.trim() === "" && this.select.value !== "") {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.showChosen();
    this.close();
  }

  showChosen() {
    const chosen = this.select.selectedOptions[0];
    this.input.value = this.whole.textContent = chosen && chosen.value ? chosen.text : "";
    if (widths.has(this.input)) fit([this.input]);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}

export function enhanceSearchSelects(root) {
  for (const select of root.querySelectorAll("select[data-search-select]:not([hidden])")) new SearchSelect(select);
}
