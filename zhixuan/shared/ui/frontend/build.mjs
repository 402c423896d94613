// Builds styles, scripts, fonts and icons into ../static/bundle, under names that change with their content.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import esbuild from "esbuild";
import * as sass from "sass";
import { chineseFaces } from "./fonts.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..", "..", "..", "..");
const modules = join(root, "node_modules");
const bundle = join(here, "..", "static", "bundle");
const OLDEST = ["chrome100", "firefox100", "safari15.4"];
const COMPRESSED = new Set([".css", ".js", ".svg", ".json", ".wasm"]);
const COMPRESSED_FROM_BYTES = 600;
const HASHED = /-[0-9A-Z]{8}\./;
const KEPT_MS = 3_600_000;

/** Written name of each source name, for templates: {"shell.css": "shell-1A2B3C4D.css"}. */
const manifest = {};

/** Writes a file as a whole or not at all; one that is there under its hashed name has that content already. */
async function store(name, content) {
  const path = join(bundle, name);
  const now = new Date();
  if (HASHED.test(name) && (await utimes(path, now, now).then(() => true, () => false))) return;
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

async function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const written = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await store(written, content);
  manifest[name] = written;
  return written;
}

async function fonts() {
  const files = join(modules, "@fontsource", "noto-sans-sc", "files");
  const faces = [];
  for (const weight of [400, 600]) {
    const content = await readFile(join(files, `noto-sans-sc-latin-${weight}-normal.woff2`));
    const written = await put(weight === 400 ? "latin.woff2" : "latin-strong.woff2", content);
    faces.push(
      `@font-face{font-family:"Zhixuan Latin";font-weight:${weight};font-display:swap;` +
        `src:url(./${written}) format("woff2");unicode-range:U+20-7E,U+A0-FF,U+2212,U+20AC}`,
    );
  }
  await put("chinese.css", await chineseFaces({ root, modules, put }));
  return faces.join("");
}

async function styles() {
  const tabler = sass.compile(join(here, "tabler.scss"), {
    loadPaths: [modules],
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
    charset: false,
  });
  const sheets = await Promise.all(
    ["shell.css", "content.css", "listing.css", "forms.css", "figures.css", "home.css", "posting.css", "orders.css", "counting.css", "machines.css", "scan.css", "print.css"].map((name) => readFile(join(here, name), "utf8")),
  );
  const whole = [tabler.css, ...sheets].join("\n");
  const small = await esbuild.transform(whole, { loader: "css", minify: true, target: OLDEST });
  await put("shell.css", (await fonts()) + small.code);
}

/** The grid's own style sheet, only for the page that has one. */
async function gridStyles() {
  const own = await readFile(join(here, "plan_grid.css"), "utf8");
  const theirs = await readFile(join(modules, "tabulator-tables", "dist", "css", "tabulator_simple.min.css"), "utf8");
  const small = await esbuild.transform(`${theirs.replace(/\/\*# sourceMappingURL.*$/m, "")}\n${own}`, { loader: "css", minify: true, target: OLDEST });
  await put("plan_grid.css", small.code);
}

async function scripts() {
  const result = await esbuild.build({
    entryPoints: [join(here, "shell.js")],
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: OLDEST,
    outdir: bundle,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    legalComments: "none",
    metafile: true,
    write: false,
    nodePaths: [modules],
  });
  for (const file of result.outputFiles) await store(basename(file.path), file.contents);
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    if (output.entryPoint?.endsWith("/shell.js")) manifest["shell.js"] = basename(path);
  }
  const boot = await readFile(join(here, "boot.js"), "utf8");
  const addressed = boot.replaceAll("CHINESE_CSS", manifest["chinese.css"]);
  const small = await esbuild.transform(addressed, { minify: true, target: OLDEST });
  await put("boot.js", small.code);
}

async function icons() {
  const names = (await readFile(join(here, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const strokes = {};
  for (const name of names) {
    const svg = await readFile(join(modules, "@tabler", "icons", "icons", "outline", `${name}.svg`), "utf8");
    strokes[name] = svg.match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1].replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
  }
  await store("icons.json", JSON.stringify(strokes));
}

async function compress() {
  for (const name of await readdir(bundle)) {
    if (!COMPRESSED.has(extname(name)) || !HASHED.test(name)) continue;
    const content = await readFile(join(bundle, name));
    if (content.length < COMPRESSED_FROM_BYTES) continue;
    await store(`${name}.gz`, gzipSync(content, { level: 9 }));
    const options = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
    await store(`${name}.br`, brotliCompressSync(content, options));
  }
}

/** Files of earlier builds stay a while: a running server still names them, and would otherwise lose its looks. */
async function removeOld() {
  for (const name of await readdir(bundle)) {
    const path = join(bundle, name);
    if (Date.now() - (await stat(path)).mtimeMs > KEPT_MS) await rm(path);
  }
}

await mkdir(bundle, { recursive: true });
await styles();
await gridStyles();
await scripts();
await icons();
await put("zxing_reader.wasm", await readFile(join(modules, "zxing-wasm", "dist", "reader", "zxing_reader.wasm")));
await put("zxing_writer.wasm", await readFile(join(modules, "zxing-wasm", "dist", "writer", "zxing_writer.wasm")));
await put("mark.svg", await readFile(join(here, "mark.svg")));
await compress();
await store("manifest.json", JSON.stringify(manifest, null, 1));
await removeOld();
