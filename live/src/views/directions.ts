/** `tsup.plots.directions` and `kept`: features of a model with two hidden dimensions, and their norms. */

import type { Scene, ViewOf } from "../lesson";
import { features } from "./colours";
import { norms } from "./measure";
import { counted, countTicks, embeddings, type Picture, rowOf, type View } from "./view";

export function directions({ prefix = "", name = "directions" }: ViewOf): View {
  const head = `${prefix}${name}`;
  return (scene) => ({
    sources: spokes(head, scene),
    axes: { [`${head}-norms`]: { y: [scene.plan.n - 0.5, -0.5], ticks: { y: countTicks(scene.plan.n) } } },
  });
}

function spokes(head: string, scene: Scene): Picture["sources"] {
  const V = embeddings(scene);
  const { n, importance } = scene.plan;
  const weight = rowOf(importance, n, scene.best);
  const [x, y, norm, feature, colour] = [
    V.map((v) => v[0]),
    V.map((v) => v[1]),
    norms(V),
    counted(n),
    features(weight),
  ];
  const most = Math.max(...weight, 1e-12);
  const width = weight.map((one) => 2.5 + (2.5 * one) / most);
  const size = norm.map((one) => 7 + 5 * Math.min(one, 1));
  const beyond = (values: number[], far: number): number[] =>
    values.map((value, i) => (far * value) / Math.max(norm[i], 1e-12));
  const text = norm.map((one, i) => (one >= 0.3 ? String(i) : ""));
  return {
    [head]: { feature, origin: feature.map(() => 0), x, y, norm, width, size, colour },
    [`${head}-numbers`]: { x, y, right: beyond(x, 14), down: beyond(y, -14), text },
    [`${head}-norms`]: { feature, norm, colour },
  };
}
