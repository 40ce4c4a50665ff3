/** The accelerator's bytes, from its AssemblyScript. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

// What others take for a comment: decorators of functions are AssemblyScript's own.
const INLINE = /^\/\/ (@inline)$/gm;

// Vectors are exchanged between the accelerator's own modules only, and never with the page.
const WORDS = "-O3s --noAssert --runtime stub --enable simd --disableWarning 112";

/** folder: where the sources are. Rejects with the compiler's complaint. */
export async function compiled(folder) {
  const made = {};
  const { error, stderr } = await asc.main(["index.ts", ...WORDS.split(" "), "--outFile", "made"], {
    readFile: (name, base) => read(join(base, name)) ?? read(join(folder, name)),
    writeFile: (name, contents) => {
      made[name] = contents;
    },
    listFiles: () => [],
  });
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return made.made;
}

function read(path) {
  try {
    return readFileSync(path, "utf8").replaceAll(INLINE, "$1");
  } catch {
    return null;
  }
}
