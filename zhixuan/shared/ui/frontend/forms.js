// Forms are sent once: buttons rest while the answer is awaited, and a question is asked first where data-confirm says so.
// The true guard against doubles is the command id on the server.
const RESTED_AT_MOST_MS = 30_000;
const DOWNLOAD_MS = 3_000;

function buttonsOf(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

function rest(form) {
  form.dataset.sent = "";
  form.setAttribute("aria-busy", "true");
  for (const button of buttonsOf(form)) button.disabled = true;
}

function wake(form) {
  delete form.dataset.sent;
  delete form.dataset.confirmed;
  form.removeAttribute("aria-busy");
  for (const button of buttonsOf(form)) button.disabled = false;
}

async function ask(text) {
  const dialog = document.getElementById("ask");
  if (typeof dialog.showModal !== "function") return window.confirm(text);
  dialog.querySelector("#ask-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "yes";
}

async function confirmThenSend(form, submitter, text) {
  if (!(await ask(text))) return;
  form.dataset.confirmed = "";
  form.requestSubmit(submitter);
}

function onSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if ("sent" in form.dataset) {
    event.preventDefault();
    return;
  }
  const text = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (text && !("confirmed" in form.dataset)) {
    event.preventDefault();
    confirmThenSend(form, event.submitter, text);
    return;
  }
  if (form.hasAttribute("hx-post")) return;
  // After this turn: a disabled button would not send its own name and value.
  setTimeout(() => rest(form));
  setTimeout(() => wake(form), form.dataset.download === undefined ? RESTED_AT_MOST_MS : DOWNLOAD_MS);
}

function guardTyped() {
  let typed = false;
  document.addEventListener("input", (event) => {
    if (event.target.form?.matches("[data-guard]")) typed = true;
  });
  document.addEventListener("submit", () => (typed = false));
  window.addEventListener("beforeunload", (event) => {
    if (typed) event.preventDefault();
  });
}

/** <form data-send-on-change>: a choice that leads on at once. */
function onChoice({ target }) {
  if (target.value && target.form?.matches("[data-send-on-change]")) target.form.requestSubmit();
}

export function watchForms() {
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", onChoice);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(wake));
  guardTyped();
}
