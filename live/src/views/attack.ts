/** The worst attack on the model that is shown: of all rows of WᵀW, both ways, the one that hurts most. */

import type { Scene, ViewOf } from "../lesson";
import { dot, norm, type Vectors } from "./measure";
import { type Columns, counted, type Draw, embeddings, rowOf, table } from "./view";

/** The settings `input`, the one feature that is on, and `budget`, the length of the attack; or constants of these names. */
export function attack({ input = 0, budget = 0.25 }: ViewOf): Draw {
  return (scene) => {
    const { n } = scene.plan;
    const V = embeddings(scene);
    const answer = answers(scene, V);
    const x = counted(n).map((i) => Number(i === Number(scene.settings.input ?? input)));
    const length = Number(scene.settings.budget ?? budget);
    const error = (moved: number[]): number =>
      answer(moved).reduce((sum, value, i) => sum + scene.plan.importance[i] * (x[i] - value) ** 2, 0);
    const [moved] = candidates(V)
      .map((way) => x.map((value, i) => value + length * way[i]))
      .sort((one, other) => error(other) - error(one));
    const bars = (before: number[], after: number[]): Columns =>
      table(before, (one, feature) => ({ feature, before: one, after: after[feature] }));
    return {
      sources: {
        "attack-input": bars(x, moved ?? x),
        "attack-output": bars(answer(x), answer(moved ?? x)),
      },
    };
  };
}

/** x ↦ ReLU(WᵀWx + b) of the model that is shown. */
function answers({ weights, plan, best }: Scene, V: Vectors): (x: number[]) => number[] {
  const b = weights.b ? rowOf(weights.b, plan.n, best) : V.map(() => 0);
  return (x) => {
    const hidden = V[0].map((_, h) => V.reduce((sum, v, i) => sum + v[h] * x[i], 0));
    return V.map((v, i) => Math.max(0, dot(v, hidden) + b[i]));
  };
}

/** The rows of WᵀW and their opposites, of length 1. */
function candidates(V: Vectors): Vectors {
  const rows = V.map((v) => V.map((other) => dot(v, other))).filter((row) => norm(row) > 0);
  return rows.flatMap((row) => [1, -1].map((sign) => row.map((value) => (sign * value) / norm(row))));
}
