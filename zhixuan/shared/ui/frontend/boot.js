// Runs before the page is drawn: the chosen light or dark, so that nothing flashes; and the Chinese font without waiting.
(() => {
  const page = document.documentElement;
  const base = document.currentScript.src.replace(/[^/]*$/, "");
  page.classList.add("js");
  let choice = "auto";
  try {
    choice = localStorage.getItem("zhixuan-theme") || "auto";
  } catch {
    // no storage: the device decides
  }
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  page.dataset.themeChoice = choice;
  page.dataset.bsTheme = dark ? "dark" : "light";
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.media = "print";
  sheet.onload = () => (sheet.media = "all");
  sheet.href = `${base}CHINESE_CSS`;
  document.head.append(sheet);
})();
