/** The accelerator: what `src/wasm.ts` calls. No model is here; all of them are in memory, each by its address. */

export { update } from "./adam";
export { gradientByEntries, gradientByGaps, gradientOn } from "./batch";
export { setBlock, setDraws, setGram, setModel, setOwn, setParameters, setSums, setWorld } from "./shape";

/** The first byte of memory that is free. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}
