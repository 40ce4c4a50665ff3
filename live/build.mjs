/**
 * node live/build.mjs FOLDER               builds the bundles, live.mjs and live.js, into a folder
 * node live/build.mjs --script FILE MADE   bundles one script for node
 */

import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { compiled } from "./compile.mjs";

const place = (name) => fileURLToPath(new URL(name, import.meta.url));

/** `import bytes from "accelerator"` gives the compiled accelerator. */
const accelerator = {
  name: "accelerator",
  setup(builder) {
    builder.onResolve({ filter: /^accelerator$/ }, ({ path }) => ({ path, namespace: "wasm" }));
    builder.onLoad({ filter: /.*/, namespace: "wasm" }, async () => {
      return { contents: await compiled(place("assembly/")), loader: "binary" };
    });
  },
};

const SHARED = { bundle: true, target: "es2022", logLevel: "error", plugins: [accelerator] };

function script(file, made) {
  return build({ ...SHARED, entryPoints: [file], outfile: made, format: "esm", platform: "node" });
}

const [what, ...words] = process.argv.slice(2);
if (what === "--script") await script(...words);
