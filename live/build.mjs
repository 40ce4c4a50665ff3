/**
 * node live/build.mjs FOLDER               builds the bundles, live.mjs and live.js, into a folder
 * node live/build.mjs --script FILE MADE   bundles one script for node
 */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { compiled } from "./compile.mjs";

const SHARED = { bundle: true, minify: true, target: "es2022", charset: "utf8", logLevel: "error" };

const place = (name) => fileURLToPath(new URL(name, import.meta.url));

/** A module of esbuild that is made: its name, how its contents are had, and what they are. */
function made(name, contents, loader) {
  return {
    name,
    setup(builder) {
      builder.onResolve({ filter: new RegExp(`^${name}$`) }, ({ path }) => ({ path, namespace: name }));
      builder.onLoad({ filter: /.*/, namespace: name }, async () => ({ contents: await contents(), loader }));
    },
  };
}

const accelerator = made("accelerator", acceleratorSource, "js");
const worker = made("worker-source", workerSource, "js");

/** Bytes as characters that every encoding has, those met most as one, the others as two: lighter than digits. */
async function acceleratorSource() {
  const text = Array.from(await compiled(place("assembly/")), (byte) => {
    const rank = (byte + 16) % 256;
    return ["", " ", "!"][Math.floor(rank / 90)] + String.fromCharCode(35 + (rank % 90));
  }).join("");
  return `
    const byte = (one) => one.charCodeAt(one.length - 1) - 51 + (one[1] ? 90 * (one.charCodeAt() - 31) : 0);
    export default Uint8Array.from(${JSON.stringify(text)}.match(/[ !]?./g), byte);
  `;
}

/** The worker's script is the text of a function that the page has as well, for where it must train itself. */
async function workerSource() {
  const { outputFiles } = await build({
    ...SHARED,
    entryPoints: [place("src/worker.ts")],
    format: "iife",
    write: false,
  });
  return `
    function scope(hand) { ${outputFiles[0].text} }
    export const source = \`(\${scope})(({ work }) => work())\`;
    export let Session;
    scope((made) => { Session = made.Session });
  `;
}

function script(file, outfile) {
  return build({
    ...SHARED,
    minify: false,
    entryPoints: [file],
    outfile,
    format: "esm",
    platform: "node",
    plugins: [accelerator],
  });
}

/** Style sheets as short texts. */
const looks = {
  name: "looks",
  setup(builder) {
    builder.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** One file each: a module, and a script for pages that are opened as files, which defines TsupLive. */
async function bundles(folder) {
  const shared = { ...SHARED, plugins: [accelerator, worker, looks] };
  const module = { entryPoints: [place("src/module.ts")], outfile: join(folder, "live.mjs"), format: "esm" };
  const script = { entryPoints: [place("src/script.ts")], outfile: join(folder, "live.js"), format: "iife" };
  await build({ ...shared, ...module });
  await build({ ...shared, ...script });
}

const [what, ...words] = process.argv.slice(2);
if (what === "--script") await script(...words);
else await bundles(what);
