// The side menu on a phone, and the keys that lead somewhere: / to the search, Esc out of it.
const page = document.documentElement;
let opener = null;

function open(link) {
  opener = link;
  page.classList.add("navigation-open");
  link.setAttribute("aria-expanded", "true");
  document.querySelector("#navigation .sidebar-close")?.focus();
}

function close() {
  if (!page.classList.contains("navigation-open")) return;
  page.classList.remove("navigation-open");
  opener?.setAttribute("aria-expanded", "false");
  opener?.focus();
}

function isTyping(element) {
  return element.matches("input, textarea, select, [contenteditable]");
}

export function watchNavigation() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-navigation-open], [data-navigation-close]");
    if (!link) return;
    event.preventDefault();
    if ("navigationOpen" in link.dataset) open(link);
    else close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close();
      if (document.activeElement.matches("[data-search]")) document.activeElement.blur();
    }
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(document.activeElement)) return;
    const search = document.querySelector("[data-search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
}
