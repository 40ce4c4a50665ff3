/** `tsup.plots.directions` and `kept`: features of a model with two hidden dimensions, and their norms. */

import type { Scene, ViewOf } from "../lesson";
import { features } from "./colours";
import { countTicks, type Draw, embeddings, type Picture, rowOf, table } from "./view";

export function directions({ name: head = "directions" }: ViewOf): Draw {
  return (scene) => ({
    sources: spokes(String(head), scene),
    axes: { [`${head}-norms`]: { y: [scene.plan.n - 0.5, -0.5], ticks: { y: countTicks(scene.plan.n) } } },
  });
}

function spokes(head: string, scene: Scene): Picture["sources"] {
  const { n, importance } = scene.plan;
  const weight = rowOf(importance, n, scene.best);
  const most = Math.max(...weight, 1e-12);
  const colours = features(weight);
  const rows = embeddings(scene).map(([x, y], feature) => {
    const norm = Math.hypot(x, y);
    const far = 14 / Math.max(norm, 1e-12);
    return { x, y, feature, norm, far, colour: colours[feature] };
  });
  return {
    [head]: table(rows, ({ far, ...row }) => ({
      ...{ ...row, origin: 0, width: 2.5 + (2.5 * weight[row.feature]) / most },
      size: 7 + 5 * Math.min(row.norm, 1),
    })),
    [`${head}-numbers`]: table(rows, ({ x, y, far, norm, feature }) => ({
      ...{ x, y, right: far * x, down: -far * y },
      text: norm >= 0.3 ? String(feature) : "",
    })),
    [`${head}-norms`]: table(rows, ({ feature, norm, colour }) => ({ feature, norm, colour })),
  };
}
