import { fileURLToPath } from "node:url";
import { compiled } from "./compile.mjs";

/** `import bytes from "accelerator"` gives the compiled accelerator, as in the bundle; compiled once for all tests. */
const accelerator = {
  name: "accelerator",
  resolveId: (id) => (id === "accelerator" ? "\0accelerator" : null),
  load: async (id) => {
    if (id !== "\0accelerator") return null;
    const bytes = await compiled(fileURLToPath(new URL("assembly/", import.meta.url)));
    return `export default Uint8Array.of(${[...bytes]})`;
  },
};

export default { plugins: [accelerator], test: { testTimeout: 120_000 } };
