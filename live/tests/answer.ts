/** Trains what stdin asks for with every engine, and prints what came of it: the other half of tests/test_live.py. */

import { readFileSync } from "node:fs";
import bytes from "accelerator";
import { type Engine, Reference } from "../src/engine";
import type { Weights } from "../src/layout";
import { planned } from "../src/plan";
import type { Request } from "../src/request";
import { Accelerator, instantiate, type Route } from "../src/wasm";

interface Case {
  request: Request;
  start?: Record<string, number[]>;
  /** Batches (model, row, feature) that are gone through in turn; fresh ones where there are none. */
  batches?: number[][];
  steps: number;
}

async function engines(request: Request): Promise<Engine[]> {
  const plan = planned(request);
  const accelerated = async (route?: Route) => new Accelerator(await instantiate(bytes), plan, undefined, route);
  return [new Reference(plan), await accelerated(), await accelerated("lanes"), await accelerated("gram")];
}

function trained(engine: Engine, asked: Case) {
  const start = Object.entries(asked.start ?? {}).map(([name, values]) => [name, Float32Array.from(values)]);
  engine.load(Object.fromEntries(start) as Weights);
  const batches = asked.batches?.map((rows) => Float32Array.from(rows));
  for (let step = 0; step < asked.steps; step++) {
    if (batches) engine.advanceOn(batches[step % batches.length]);
    else engine.advance();
  }
  const weights = Object.entries(engine.weights()).map(([name, values]) => [name, [...values]]);
  return { engine: engine.kind, loss: [...engine.loss], weights: Object.fromEntries(weights) };
}

const cases = JSON.parse(readFileSync(0, "utf8")) as Case[];
const answers = [];
for (const asked of cases) answers.push((await engines(asked.request)).map((engine) => trained(engine, asked)));
process.stdout.write(JSON.stringify(answers));
