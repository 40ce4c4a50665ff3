/** What a view is: the data of named sources of a Bokeh layout, from a moment of a training. */

import type { Scene, Settings } from "../lesson";
import { columnsOf, type Vectors } from "./measure";

/** A matrix as an image has it, row after row. */
export class Grid {
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly values: Float32Array,
  ) {}
}

export type Column = number[] | Float32Array | string[] | number[][] | Grid;

export type Columns = Record<string, Column>;

/** Columns by source. */
export type Drawing = Record<string, Columns>;

/** Ends and ticks of the axes of the panel that shows a source, where they depend on what is shown. */
export interface Axes {
  x?: [number, number];
  y?: [number, number];
  ticks?: { x?: number[]; y?: number[] };
}

export interface Picture {
  sources: Drawing;
  axes?: Record<string, Axes>;
}

export type Draw = (scene: Scene) => Picture;

/** What a reader does on a panel: places in the units of its axes, and how far a pointer was drawn. */
export interface Touch {
  x: number;
  y: number;
  delta_x: number;
  delta_y: number;
}

export interface View {
  draw: Draw;
  /** The panel that is touched, by a source of it, and the settings that this makes. */
  touched?: { source: string; events: string[]; settings(event: string, touch: Touch, settings: Settings): Settings };
}

/** The embeddings of a model, by default of the one that is shown. */
export function embeddings({ weights, plan, best }: Scene, k = best): Vectors {
  return columnsOf(weights.W ?? weights.W1, plan.n, plan.models, k);
}

/** A row of numbers of the model that is shown. */
export const rowOf = (values: ArrayLike<number>, n: number, k: number): number[] =>
  Array.from({ length: n }, (_, i) => values[k * n + i]);

/** A row for each of some things, as columns; without a thing all columns are empty. */
export function table<T>(
  things: T[],
  row: (thing: T, place: number) => Record<string, number | string | number[]>,
): Columns {
  const rows = things.map(row);
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((key) => [key, rows.map((one) => one[key])])) as Columns;
}

export const counted = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Ticks of an axis that counts from 0 to size − 1, at ten round numbers or fewer. */
export function countTicks(size: number): number[] {
  const step = [1, 2, 5, 10, 20, 50].find((one) => size <= one * 10) ?? size;
  return counted(size).filter((i) => i % step === 0);
}
