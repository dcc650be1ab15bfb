/**
 * Builds what the browser gets: portal/static/build/app.css, app.js, icon.svg and fonts/.
 *
 * The style sheet is the whole of NL Design System's bundle plus our own, from which every rule and
 * variable is dropped that no template uses. A class name must therefore stand in full in a template
 * or in Python; `ll-` and `htmx-` classes, and states, are always kept.
 */
import { mkdir, readFile, rm, writeFile, cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { build, transform } from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "..", "..");
const out = path.join(root, "portal", "static", "build");
const browsers = ["chrome109", "edge109", "firefox115", "safari15.6"];

async function bundle() {
  await build({
    absWorkingDir: here,
    entryPoints: ["app.css", "app.js"],
    outdir: out,
    bundle: true,
    minify: true,
    format: "iife",
    target: browsers,
    legalComments: "none",
    loader: { ".woff2": "file" },
    assetNames: "fonts/[name]",
    logLevel: "warning",
  });
}

async function purge() {
  const file = path.join(out, "app.css");
  const [result] = await new PurgeCSS().purge({
    css: [{ raw: await readFile(file, "utf8") }],
    content: ["templates", "portal"].map((folder) => `${root}/${folder}/**/*.{html,py}`).concat(`${here}/app.js`),
    safelist: { standard: [/^ll-/, /^htmx-/, /^nl-button--(disabled|busy)$/] },
    variables: true,
  });
  const { code } = await transform(result.css, { loader: "css", minify: true, target: browsers });
  await writeFile(file, code);
}

async function report() {
  for (const name of ["app.css", "app.js"]) {
    const content = await readFile(path.join(out, name));
    const small = brotliCompressSync(content).length;
    console.log(`${name}: ${(content.length / 1000).toFixed(1)} kB, ${(small / 1000).toFixed(1)} kB with brotli`);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await bundle();
await purge();
await cp(path.join(here, "icon.svg"), path.join(out, "icon.svg"));
await report();
