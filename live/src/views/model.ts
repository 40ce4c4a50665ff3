/** `tsup.plots.model` and `gram`: WᵀW and b as images, and the features' norms coloured by interference. */

import type { Scene, ViewOf } from "../lesson";
import { dot, interference, norms } from "./measure";
import { type Axes, counted, countTicks, type Draw, embeddings, Grid, type Picture, rowOf } from "./view";

export function model({ name: head = "model-gram", norms: beside = "model-norms" }: ViewOf): Draw {
  return (scene) => {
    const { n } = scene.plan;
    const ends: Axes = { y: [n - 0.5, -0.5 - 0.09 * n], ticks: { y: countTicks(n) } };
    const [left, width] = biasColumn(n);
    return {
      sources: { ...images(String(head), scene), [String(beside)]: bars(scene) },
      axes: {
        [`${head}-products`]: { ...ends, x: [-0.5, left + width], ticks: { x: countTicks(n), y: countTicks(n) } },
        [String(beside)]: ends,
      },
    };
  };
}

/** Left edge and width of the column of biases. */
const biasColumn = (n: number): [number, number] => [n - 0.5 + Math.max(0.5, n / 25), Math.max(1, n / 16)];

function images(head: string, scene: Scene): Picture["sources"] {
  const V = embeddings(scene);
  const { n } = scene.plan;
  const [left, width] = biasColumn(n);
  const b = scene.weights.b ? rowOf(scene.weights.b, n, scene.best) : V.map(() => 0);
  const [first, last] = [-0.5, n - 0.5];
  const products = new Grid(n, n, Float32Array.from(V.flatMap((v) => V.map((other) => dot(v, other)))));
  const y = [-0.5 - 0.045 * n];
  return {
    [`${head}-products`]: { image: products, x: [first], y: [first], dw: [n], dh: [n] },
    [`${head}-biases`]: { image: new Grid(n, 1, Float32Array.from(b)), x: [left], y: [first], dw: [width], dh: [n] },
    [`${head}-frames`]: {
      ...{ left: [first, left], top: [first, first] },
      ...{ right: [last, left + width], bottom: [last, last] },
    },
    [`${head}-products-name`]: { x: [n / 2 - 0.5], y, text: ["WᵀW"] },
    [`${head}-biases-name`]: { x: [left + width / 2], y, text: ["b"] },
  };
}

function bars(scene: Scene): Picture["sources"][string] {
  const V = embeddings(scene);
  return { feature: counted(V.length), norm: norms(V), interference: interference(V) };
}
