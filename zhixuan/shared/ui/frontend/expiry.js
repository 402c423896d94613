// Expiry as printed on the pack: a month alone means its last day, shown at once so that it can be seen to be right.
const MONTH = /^(\d{4})\s*[-/.年]?\s*(\d{1,2})月?$/;
const DAY = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})$/;

function isoDay(text) {
  const plain = text.normalize("NFKC").trim();
  const day = plain.match(DAY);
  if (day) return `${day[1]}-${day[2]}-${day[3]}`;
  const month = plain.match(MONTH);
  if (!month || Number(month[2]) < 1 || Number(month[2]) > 12) return null;
  const last = new Date(Date.UTC(Number(month[1]), Number(month[2]), 0)).getUTCDate();
  return `${month[1]}-${month[2].padStart(2, "0")}-${last}`;
}

export function watchExpiry() {
  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[data-expiry]")) return;
    target.value = isoDay(target.value) || target.value;
  });
}
