/* Builds ../static, which is committed so that users need no Node:   npm ci && npm run build   (or `make viewer`)

   app.js, app.css    one script and one style sheet, the font inside; nothing in them is fetched from anywhere
   SOURCE_SHA256      digest of what they were built from; a test in Python fails where the bundle is stale
   THIRD_PARTY.txt    licences of the packages that esbuild put into them

   The same sources give the same bytes, on any machine. */

import { createHash } from "node:crypto";
import { readdir, readFile, writeFile, mkdir } from "node:fs/promises";
import { build } from "esbuild";

const HERE = new URL("./", import.meta.url);
const STATIC = new URL(process.env.VIEWER_STATIC ? `file://${process.env.VIEWER_STATIC}/` : "../static/", HERE);
const SHARED = "../../utils/vocabulary.json"; // colours and words that Python reads too
const SOURCES = ["src/", "basemap/basemap.json", "build.mjs", "package-lock.json", SHARED]; // test_bundle.py lists the same

const result = await build({
  absWorkingDir: HERE.pathname,
  entryPoints: { app: "src/main.jsx" },
  outdir: STATIC.pathname,
  bundle: true,
  minify: true,
  metafile: true,
  charset: "utf8",
  legalComments: "none", // THIRD_PARTY.txt has them
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".woff2": "dataurl" },
  write: false,
});
await mkdir(STATIC, { recursive: true });
for (const file of result.outputFiles) await writeFile(file.path, file.text);
await writeFile(new URL("SOURCE_SHA256", STATIC), `${await sourceDigest()}\n`);
await writeFile(new URL("THIRD_PARTY.txt", STATIC), await licences(result.metafile));
for (const file of result.outputFiles) console.log(file.path.split("/").pop(), file.contents.length);

/** Of every source file its path and its bytes, in order of the path. */
async function sourceDigest() {
  const hash = createHash("sha256");
  for (const path of (await Promise.all(SOURCES.map(filesOf))).flat().sort()) {
    hash
      .update(`${path}\0`)
      .update(await readFile(new URL(path, HERE)))
      .update("\0");
  }
  return hash.digest("hex");
}

async function filesOf(path) {
  if (!path.endsWith("/")) return [path];
  const names = await readdir(new URL(path, HERE), { withFileTypes: true });
  return names.filter((entry) => entry.isFile()).map((entry) => `${path}${entry.name}`);
}

/** The licence of each package whose bytes are in the bundle, and the credit of the coast. */
async function licences(metafile) {
  const packages = new Set();
  for (const path of Object.keys(metafile.inputs)) {
    const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path);
    if (found) packages.add(found[1]);
  }
  const parts = [];
  for (const name of [...packages].sort()) {
    const folder = new URL(`node_modules/${name}/`, HERE);
    const { version, license } = JSON.parse(await readFile(new URL("package.json", folder)));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = (await readFile(new URL(file, folder), "utf8")).trim().replace(/[ \t\r]+$/gm, "");
    parts.push(`${name} ${version} (${license})\n\n${text}\n`);
  }
  parts.push("The coast of the map: Natural Earth (public domain), by way of world-atlas 2.0.2 (ISC).\n");
  return parts.join(`\n${"-".repeat(80)}\n\n`);
}
