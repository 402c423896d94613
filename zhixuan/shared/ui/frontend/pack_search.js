// <form data-pack-search>: a scan anywhere on the page is searched for at once, by POST, so that no address keeps its code.
export function watchPackSearch() {
  const form = document.querySelector("[data-pack-search]");
  if (!form) return;
  form.elements.code.select();
  document.addEventListener("zx:scan", (event) => {
    const { code, pack_code: pack, why } = event.detail;
    if (why && why !== "not_in_catalogue") return; // the bar says what is wrong
    event.preventDefault();
    form.elements.code.value = pack || code;
    form.requestSubmit();
  });
}
