// The Chinese web font: only for machines that have no Chinese font of their own, so it stands last in the font list.
// It comes in slices by unicode range. The characters the system itself uses are cut out of each slice into a small
// one, so that a first page needs kilobytes, not half a megabyte; other characters come from the whole slices.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import subsetFont from "subset-font";

const HAN = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]/g;
const SPOKEN = /\.(po|html|py|toml)$/;

/** All Chinese characters in the system's own words: translations, templates, definitions, the demo county. */
async function ownCharacters(folder, found = new Set()) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await ownCharacters(path, found);
    else if (SPOKEN.test(entry.name)) for (const [sign] of (await readFile(path, "utf8")).matchAll(HAN)) found.add(sign);
  }
  return found;
}

function inRange(range) {
  const spans = range.split(",").map((span) => {
    const [from, to] = span.trim().slice(2).split("-");
    return [parseInt(from, 16), parseInt(to || from, 16)];
  });
  return (sign) => spans.some(([from, to]) => from <= sign.codePointAt(0) && sign.codePointAt(0) <= to);
}

function face(file, range) {
  return (
    `@font-face{font-family:"Zhixuan Chinese";font-weight:400;font-display:swap;` +
    `src:url(./${file}) format("woff2");unicode-range:${range}}`
  );
}

/** The @font-face rules, with their files put into the bundle. Of overlapping rules a browser takes the later one. */
export async function chineseFaces({ root, modules, put }) {
  const folder = join(modules, "@fontsource", "noto-sans-sc");
  const sheet = await readFile(join(folder, "400.css"), "utf8");
  const own = [...(await ownCharacters(join(root, "zhixuan")))].sort();
  const whole = [];
  const small = [];
  for (const [, rule] of sheet.matchAll(/@font-face \{([^}]*)\}/g)) {
    const slice = rule.match(/noto-sans-sc-(\d+)-400-normal\.woff2/)?.[1];
    const range = rule.match(/unicode-range: ([^;]+)/)?.[1];
    if (!slice || !range) continue;
    const content = await readFile(join(folder, "files", `noto-sans-sc-${slice}-400-normal.woff2`));
    whole.push(face(await put(`han-${slice}.woff2`, content), range));
    const signs = own.filter(inRange(range));
    if (!signs.length) continue;
    const cut = await subsetFont(content, signs.join(""), { targetFormat: "woff2" });
    const exact = signs.map((sign) => `U+${sign.codePointAt(0).toString(16)}`).join();
    small.push(face(await put(`own-${slice}.woff2`, cut), exact));
  }
  return [...whole, ...small].join("");
}
