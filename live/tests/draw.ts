/** Draws what stdin asks for, and prints the columns of every source: the other half of tests/test_live_views.py. */

import { readFileSync } from "node:fs";
import type { Scene, Settings, ViewOf } from "../src/lesson";
import { planned } from "../src/plan";
import type { Request } from "../src/request";
import { viewOf } from "../src/views/index";
import { without } from "../src/views/measure";
import { type Column, Grid } from "../src/views/view";

interface Case {
  view: ViewOf;
  request: Request;
  weights: Record<string, number[]>;
  best: number;
  settings?: Settings;
  /** Losses of every model, step after step; the weights are the same at each. */
  losses: [number, (number | null)[]][];
}

function drawn({ view, request, weights, best, settings = {}, losses }: Case) {
  const plan = planned(request);
  const { draw } = viewOf(view);
  const named = Object.fromEntries(Object.entries(weights).map(([name, values]) => [name, Float32Array.from(values)]));
  const scenes = losses.map(([step, every]): Scene => {
    const loss = Float64Array.from(every, (one) => one ?? Number.NaN);
    const share = loss.map((one, k) => one / without(plan)[k]);
    return { step, running: true, pace: 0, engine: "", plan, loss, share, weights: named, best, settings };
  });
  const pictures = scenes.map(draw);
  const { sources } = pictures[pictures.length - 1];
  return Object.fromEntries(
    Object.entries(sources).map(([name, columns]) => [
      name,
      Object.fromEntries(Object.entries(columns).map(([column, values]) => [column, plain(values)])),
    ]),
  );
}

const plain = (column: Column) =>
  column instanceof Grid ? { shape: [column.rows, column.columns], values: [...column.values] } : [...column];

const cases = JSON.parse(readFileSync(0, "utf8")) as Case[];
process.stdout.write(JSON.stringify(cases.map(drawn)));
