// Light, dark, or like the device; remembered on this device only.
const page = document.documentElement;
const device = matchMedia("(prefers-color-scheme: dark)");

function show(choice) {
  page.dataset.themeChoice = choice;
  page.dataset.bsTheme = choice === "dark" || (choice === "auto" && device.matches) ? "dark" : "light";
  for (const button of document.querySelectorAll("[data-theme-choice]:not(html)")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
  document.dispatchEvent(new CustomEvent("zhixuan:theme"));
}

export function watchTheme() {
  show(page.dataset.themeChoice || "auto");
  device.addEventListener("change", () => show(page.dataset.themeChoice));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-theme-choice]");
    if (!button) return;
    try {
      localStorage.setItem("zhixuan-theme", button.dataset.themeChoice);
    } catch {
      // private windows may forbid storage; the choice then lasts for this page
    }
    show(button.dataset.themeChoice);
    button.closest("details")?.removeAttribute("open");
  });
}
