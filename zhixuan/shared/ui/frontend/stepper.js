// <div data-stepper>: a number with buttons for one pack less or more (data-step) and for usual amounts (data-amount).
function change(stepper, next) {
  const input = stepper.querySelector("input");
  const most = input.max === "" ? Number.MAX_SAFE_INTEGER : Number(input.max);
  const value = Math.min(most, Math.max(0, next(Number(input.value) || 0)));
  input.value = value || "";
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
}

function onClick({ target }) {
  const button = target.closest("[data-stepper] button");
  const stepper = button?.closest("[data-stepper]");
  if (!stepper) return;
  if (button.dataset.step) change(stepper, (now) => now + Number(button.dataset.step));
  if (button.dataset.amount) change(stepper, (now) => (now === Number(button.dataset.amount) ? 0 : Number(button.dataset.amount)));
}

/** <form data-tally>: how many of its steppers are above zero, and which usual amount each of them stands at. */
function tally(form) {
  let chosen = 0;
  for (const stepper of form.querySelectorAll("[data-stepper]")) {
    const value = Number(stepper.querySelector("input").value) || 0;
    stepper.classList.toggle("is-chosen", value > 0);
    chosen += Number(value > 0);
    for (const button of stepper.querySelectorAll("[data-amount]")) {
      button.setAttribute("aria-pressed", String(Number(button.dataset.amount) === value));
    }
  }
  for (const place of form.querySelectorAll("[data-tally-count]")) place.textContent = chosen;
}

export function watchSteppers() {
  document.addEventListener("click", onClick);
  for (const form of document.querySelectorAll("form[data-tally]")) {
    form.addEventListener("input", () => tally(form));
    tally(form);
  }
}
