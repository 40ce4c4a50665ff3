import bytes from "accelerator";
import type { Way } from "../src/batch";
import { type Engine, Reference } from "../src/engine";
import { planned } from "../src/plan";
import { KINDS, type Model, type Request } from "../src/request";
import { Accelerator, instantiate, type Route } from "../src/wasm";

const accelerated = async (request: Request, way?: Way, route?: Route) =>
  new Accelerator(await instantiate(bytes), planned(request), way, route);

/** Both engines, by name, and the accelerator where it works in the space of features, whatever is quicker. */
export const ENGINES: [string, (request: Request, way?: Way) => Promise<Engine>][] = [
  ["typescript", async (request, way) => new Reference(planned(request), way)],
  ["wasm", accelerated],
  ["wasm by features", (request) => accelerated(request, "gaps", "gram")],
];

export const model = (hidden: number, kind = "relu-output"): Model => ({ hidden, ...KINDS[kind] });

/** Five features in two dimensions, some of it changed. */
export function five(features: object = {}, training: object = {}): Request {
  return { features: { n: 5, density: 0.1, ...features }, model: model(2), training };
}

/** The weights of model k, a row for each feature. */
export function columns(engine: Engine, k = 0): number[][] {
  const { n } = engine.plan;
  const m = engine.plan.model.hidden;
  const { W } = engine.weights();
  return Array.from({ length: n }, (_, i) => Array.from({ length: m }, (_, d) => W[(k * m + d) * n + i]));
}
