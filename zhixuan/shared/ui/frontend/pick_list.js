// <fieldset data-pick-list>: many boxes to tick: found by typing, ticked all at once or group by group, and counted.
const plain = (text) => text.normalize("NFKC").toLowerCase().trim();

export function watchPickLists() {
  document.querySelectorAll("[data-pick-list]").forEach(watch);
}

function watch(list) {
  const groups = [...list.querySelectorAll("[data-pick-group]")].map((frame) => ({
    frame,
    whole: frame.querySelector("[data-pick-whole]"),
    words: plain(frame.dataset.pickGroup),
    options: [...frame.querySelectorAll("[data-pick-option]")].map((label) => ({
      label,
      box: label.querySelector("input"),
      words: plain(label.textContent),
    })),
  }));
  const options = groups.flatMap((group) => group.options);
  const search = list.querySelector("[data-pick-search]");
  const count = list.querySelector("[data-pick-count]");

  function show() {
    const asked = plain(search.value).split(/\s+/);
    for (const { frame, words, options: own } of groups) {
      for (const { label, words: said } of own) label.hidden = !asked.every((word) => `${said} ${words}`.includes(word));
      frame.hidden = own.every(({ label }) => label.hidden);
    }
    tell();
  }

  function tell() {
    const shown = options.filter(({ label }) => !label.hidden).length;
    const chosen = options.filter(({ box }) => box.checked).length;
    const said = shown ? count.dataset.words : count.dataset.nothing;
    count.textContent = said.replace("{chosen}", chosen).replace("{shown}", shown).replace("{all}", options.length);
    for (const { whole, options: own } of groups) {
      if (!whole) continue;
      const ticked = own.filter(({ box }) => box.checked).length;
      whole.checked = ticked === own.length;
      whole.indeterminate = ticked > 0 && ticked < own.length;
    }
  }

  function tick(some, checked) {
    const changed = some.filter(({ label, box }) => !label.hidden && box.checked !== checked);
    for (const { box } of changed) box.checked = checked;
    if (changed.length) changed[0].box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  list.querySelectorAll("[data-pick-tool]").forEach((tool) => (tool.hidden = false));
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it looks for boxes; it does not send the form
    if (event.key !== "Escape" || !search.value) return;
    search.value = "";
    show();
  });
  list.querySelector("[data-pick-all]").addEventListener("click", () => tick(options, true));
  list.querySelector("[data-pick-none]").addEventListener("click", () => tick(options, false));
  for (const { whole, options: own } of groups) whole?.addEventListener("click", () => tick(own, whole.checked));
  list.addEventListener("change", tell);
  show();
}
