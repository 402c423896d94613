// What a scanner types: a bare GTIN, or a GS1 text with product (01), expiry (17), lot (10) and serial (21).
const FIXED_LENGTH = { "01": 14, "02": 14, 11: 6, 13: 6, 15: 6, 17: 6 };
const ENDS = /[\u001d\u241d|]/;
const NAMES = { "01": "gtin", 10: "lot", 17: "expiry", 21: "serial" };

/** {gtin, lot, expiry, serial} as far as they are in the text; null when it is not a scanned code. */
export function readScan(text) {
  const code = text.trim().replace(/^\](C1|d2|Q3|e0)/, "");
  if (/^\d{8}$|^\d{12,14}$/.test(code)) return { gtin: code.padStart(14, "0") };
  const parts = code.startsWith("(") ? bracketed(code) : unbracketed(code);
  if (!parts?.gtin) return null;
  if (parts.expiry) parts.expiry = expiryDay(parts.expiry);
  return parts;
}

function bracketed(code) {
  const parts = {};
  for (const [, name, value] of code.matchAll(/\((\d{2,4})\)([^(]*)/g)) {
    if (NAMES[name]) parts[NAMES[name]] = value;
  }
  return parts;
}

function unbracketed(code) {
  const parts = {};
  let rest = code;
  while (rest) {
    const name = rest.slice(0, 2);
    rest = rest.slice(2);
    const length = FIXED_LENGTH[name] ?? (rest.search(ENDS) < 0 ? rest.length : rest.search(ENDS));
    if (!/^\d{2}$/.test(name) || rest.length < length) return null;
    if (NAMES[name]) parts[NAMES[name]] = rest.slice(0, length);
    rest = rest.slice(length).replace(ENDS, "");
  }
  return parts;
}

/** YYMMDD as an ISO day; day 00 means the last of the month. Years 00-50 are of this century, as GS1 has it here. */
function expiryDay(text) {
  const [year, month, day] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number);
  const full = year > 50 ? 1900 + year : 2000 + year;
  const last = new Date(Date.UTC(full, month, 0)).getUTCDate();
  return `${full}-${String(month).padStart(2, "0")}-${String(day || last).padStart(2, "0")}`;
}
