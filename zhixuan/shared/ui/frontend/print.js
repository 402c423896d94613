// <button data-print>: the page on paper.
export function watchPrint() {
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-print]")) window.print();
  });
}
