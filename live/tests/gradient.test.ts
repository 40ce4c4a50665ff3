import { expect, test } from "vitest";
import { NAMES } from "../src/activations";
import { Batch } from "../src/batch";
import { Gradient } from "../src/gradient";
import { begin, layoutOf } from "../src/layout";
import { planned } from "../src/plan";
import { Random } from "../src/random";
import type { Model } from "../src/request";

const NUDGE = 1e-6;
const WORLD = { n: 4, density: 0.3, importance: [1, 0.5, 2, 1], low: -1 };

const models = NAMES.flatMap((name): Model[] => [
  {
    ...{ hidden: 3, tied: false, hidden_activation: name, output_activation: "linear" },
    ...{ bias: true, hidden_bias: true, target: "identity" },
  },
  {
    ...{ hidden: 3, tied: true, hidden_activation: "tanh", output_activation: name },
    ...{ bias: true, hidden_bias: true, target: "absolute" },
  },
]);

test.each(models)("the gradient is the slope of the loss: %o", (model) => {
  const plan = planned({ features: WORLD, model, training: { batch: 32 } });
  const layout = layoutOf(plan);
  const parameters = new Float64Array(layout.size);
  begin(layout, plan, 0, parameters);
  const random = new Random(1, 2, 3);
  for (let q = layout.b; q < layout.size; q++) parameters[q] = 0.3 * random.normal();
  const batch = new Batch(plan.n, plan.batch);
  batch.draw(plan, 0, random, "gaps");
  expect(batch.empty).toBeGreaterThan(0);
  const gradient = new Gradient(plan, layout);
  const loss = () => gradient.on(batch, parameters, plan.importance);
  loss();
  const found = gradient.values.slice();
  for (let q = 0; q < layout.size; q++) {
    const kept = parameters[q];
    parameters[q] = kept + NUDGE;
    const above = loss();
    parameters[q] = kept - NUDGE;
    const below = loss();
    parameters[q] = kept;
    expect(found[q]).toBeCloseTo((above - below) / (2 * NUDGE), 6);
  }
});
