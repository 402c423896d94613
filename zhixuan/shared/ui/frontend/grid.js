// <table data-grid>: Enter and the arrows walk down and up a column of inputs, as in a spreadsheet; leaving a cell saves it.
function cellsOf(input) {
  const row = input.closest("tr");
  return { row, at: [...row.querySelectorAll("input:not([type=hidden])")].indexOf(input) };
}

function step(input, towards) {
  const { row, at } = cellsOf(input);
  let next = row;
  do next = next[towards];
  while (next && !next.querySelectorAll("input:not([type=hidden])")[at]);
  const found = next?.querySelectorAll("input:not([type=hidden])")[at];
  found?.focus();
  found?.select();
  return Boolean(found);
}

function onKey(event) {
  if (!event.target.matches("[data-grid] input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const towards = { Enter: "nextElementSibling", ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!towards) return;
  event.preventDefault();
  if (!step(event.target, towards) && event.key === "Enter") event.target.blur();
}

export function watchGrids() {
  document.addEventListener("keydown", onKey);
}
