/** Updates a second with empty rows counted, and with every row built, at n = 5 and density .01: for benchmarks/live.py. */

import bytes from "accelerator";
import type { Way } from "../src/batch";
import { type Engine, Reference } from "../src/engine";
import { planned } from "../src/plan";
import { KINDS } from "../src/request";
import { Accelerator, instantiate } from "../src/wasm";

const SECONDS = 0.5;

const plan = planned({
  features: { n: 5, density: 0.01 },
  model: { hidden: 2, ...KINDS["relu-output"] },
  training: { steps: 1_000_000_000, schedule: "constant" },
});

function pace(engine: Engine): number {
  for (let step = 0; step < 200; step++) engine.advance();
  const from = engine.step;
  const start = performance.now();
  while (performance.now() - start < 1000 * SECONDS) engine.advance();
  return (1000 * (engine.step - from)) / (performance.now() - start);
}

const ratio = (make: (way: Way) => Engine): number => pace(make("gaps")) / pace(make("entries"));

const exports = [await instantiate(bytes), await instantiate(bytes)];
const found = {
  wasm: ratio((way) => new Accelerator(exports[Number(way === "gaps")], plan, way)),
  typescript: ratio((way) => new Reference(plan, way)),
};
process.stdout.write(JSON.stringify(found));
