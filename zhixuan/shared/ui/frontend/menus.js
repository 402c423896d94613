// Menus are <details class="menu">: open without script; here they close by Esc, by a click elsewhere, and by another.
function close(menu, { focus = false } = {}) {
  menu.removeAttribute("open");
  if (focus) menu.querySelector("summary")?.focus();
}

function move(menu, step) {
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  items[(at + step + items.length) % items.length]?.focus();
}

export function watchMenus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) close(menu);
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    if (event.key === "Escape") close(menu, { focus: true });
    if (!menu.contains(document.activeElement)) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(menu, event.key === "ArrowDown" ? 1 : -1);
    }
  });
}
