/** `tsup.plots.phases`: what becomes of the last feature of every model, the models as rows of ratios and columns of densities. */

import type { ViewOf } from "../lesson";
import { interferenceOf, norm } from "./measure";
import { type Columns, counted, type Draw, embeddings, Grid } from "./view";

const BLENDS = 12;

/** constants: shape, how many ratios and densities, both rising. */
export function phases({ shape }: ViewOf): Draw {
  const [rows, columns] = shape as [number, number];
  return (scene) => {
    const { n, models, model } = scene.plan;
    const every = counted(models).map((k) => embeddings(scene, k));
    const grid = (value: (k: number) => number): Grid =>
      new Grid(rows, columns, Float32Array.from(counted(models), value));
    const drawn: Columns = { image: grid((k) => blend(norm(every[k][n - 1]), interferenceOf(every[k], n - 1))) };
    for (let h = 0; h < model.hidden; h++) {
      for (let i = 0; i < n; i++) drawn[`w${h}${i}`] = grid((k) => every[k][i][h]);
    }
    return { sources: { "phases-0": drawn } };
  };
}

/** The number of the colour of a norm and a share. */
const blend = (norm: number, shared: number): number => step(norm) * (BLENDS + 1) + step(shared);

const step = (value: number): number => Math.round(BLENDS * Math.min(value, 1));
