/** `tsup.plots.phases`: what becomes of the last feature of every model, the models as rows of ratios and columns of densities. */

import type { ViewOf } from "../lesson";
import { least, Recent } from "../panel/recent";
import { interferenceOf, norm, type Vectors } from "./measure";
import { type Columns, counted, type Draw, embeddings, Grid } from "./view";

const BLENDS = 12;

/** constants: shape, how many ratios and densities, both rising; starts, how many models each point has, of which the best is shown. */
export function phases({ shape, starts = 1 }: ViewOf): Draw {
  const [rows, columns] = shape as [number, number];
  const each = Number(starts);
  const recent = new Recent();
  return (scene) => {
    const { n, model } = scene.plan;
    const losses = recent.note(scene.step, scene.share);
    const every = counted(rows * columns).map((point) =>
      embeddings(
        scene,
        least(
          losses,
          counted(each).map((start) => point * each + start),
        ),
      ),
    );
    const grid = (value: (V: Vectors) => number): Grid => new Grid(rows, columns, Float32Array.from(every, value));
    const drawn: Columns = { image: grid((V) => blend(norm(V[n - 1]), interferenceOf(V, n - 1))) };
    for (let h = 0; h < model.hidden; h++) {
      for (let i = 0; i < n; i++) drawn[`w${h}${i}`] = grid((V) => V[i][h]);
    }
    return { sources: { "phases-0": drawn } };
  };
}

/** The number of the colour of a norm and a share. */
const blend = (norm: number, shared: number): number => step(norm) * (BLENDS + 1) + step(shared);

const step = (value: number): number => Math.round(BLENDS * Math.min(value, 1));
