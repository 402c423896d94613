// <form data-draft="name">: what is typed is kept in this browser until it is posted, so that neither a refusal, nor a
// session that ended, nor a flat battery costs anybody forty lines. The command id is kept with it: sent again, it is
// the same document.
const PREFIX = "zhixuan-draft-";
const KEPT_DAYS = 7;
const WAIT_MS = 300;
const NEVER_KEPT = new Set(["csrfmiddlewaretoken"]);

function read(key) {
  try {
    const draft = JSON.parse(localStorage.getItem(key));
    return draft && Date.now() - draft.at < KEPT_DAYS * 86_400_000 ? draft : null;
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // full or barred: then it is as without drafts
  }
}

function drop(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // nothing kept
  }
}

function keysOfDrafts() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}

const valuesOf = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name));
const plain = (values) => JSON.stringify(values.filter(([name]) => name !== "command_id" && !name.endsWith("_FORMS")));

/** As many rows as the draft had; the lines' own script takes them over afterwards. */
function addRows(form, values) {
  for (const element of form.querySelectorAll("[data-lines]")) {
    const total = element.querySelector(`[name="${element.dataset.prefix}-TOTAL_FORMS"]`);
    const wanted = Number(values.get(total.name)?.[0] ?? 0);
    const body = element.querySelector("[data-rows]");
    for (let index = body.querySelectorAll("[data-row]").length; index < wanted; index += 1) {
      const frame = document.createElement("tbody");
      frame.innerHTML = element.querySelector("template").innerHTML.replaceAll("__prefix__", index);
      body.append(frame.firstElementChild);
    }
  }
}

function fill(form, draft) {
  const values = new Map();
  for (const [name, value] of draft.values) values.set(name, [...(values.get(name) ?? []), value]);
  addRows(form, values);
  for (const field of form.elements) {
    if (!field.name || NEVER_KEPT.has(field.name)) continue;
    const kept = values.get(field.name);
    if (field.type === "checkbox" || field.type === "radio") field.checked = kept?.includes(field.value) ?? false;
    else if (kept) field.value = kept[0];
  }
}

class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.draft;
    const refused = "refused" in form.dataset;
    this.untouched = refused ? null : plain(valuesOf(form));
    if (refused) this.keep();
    else this.restore();
    for (const kind of ["input", "change", "click"]) form.addEventListener(kind, () => this.later());
    form.addEventListener("submit", () => this.keep({ sent: true }));
    window.addEventListener("pagehide", () => "sent" in form.dataset || this.keep());
  }

  restore() {
    const draft = read(this.key);
    if (!draft || plain(draft.values) === this.untouched) return;
    fill(this.form, draft);
    const notice = this.form.querySelector("[data-draft-notice]");
    if (!notice) return;
    notice.hidden = false;
    notice.querySelector("[data-draft-time]").textContent = new Date(draft.at).toLocaleString(document.documentElement.lang);
    notice.querySelector("[data-draft-drop]").addEventListener("click", () => this.startAfresh());
  }

  startAfresh() {
    this.dropped = true;
    drop(this.key);
    location.reload();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), WAIT_MS);
  }

  keep({ sent = false } = {}) {
    if (this.dropped) return;
    clearTimeout(this.timer);
    const values = valuesOf(this.form);
    if (plain(values) === this.untouched) drop(this.key);
    else write(this.key, { at: Date.now(), sent, values });
  }
}

/** Before the lines are enhanced. A page that proves a posting ends the drafts that were sent. */
export function watchDrafts() {
  if (document.querySelector(".done")) {
    for (const key of keysOfDrafts()) if (read(key)?.sent !== false) drop(key);
  }
  for (const form of document.querySelectorAll("form[data-draft]")) new Draft(form);
}
