/** Measures of one model, as `tsup.measure` has them; V holds the embedding of every feature. */

import type { Plan } from "../plan";

export type Vectors = number[][];

/** The columns of one model's matrix (row, column) in a stack. */
export function columnsOf(stack: Float32Array, columns: number, models: number, k: number): Vectors {
  const each = stack.length / models;
  return Array.from({ length: columns }, (_, i) =>
    Array.from({ length: each / columns }, (_, h) => stack[k * each + h * columns + i]),
  );
}

export const dot = (a: number[], b: number[]): number => a.reduce((sum, value, k) => sum + value * b[k], 0);

export const norm = (v: number[]): number => Math.hypot(...v);

export const norms = (V: Vectors): number[] => V.map(norm);

/** Σ_{j≠i} (Ŵ_i · W_j)² of every feature. */
export const interference = (V: Vectors): number[] => V.map((_, i) => interferenceOf(V, i));

export function interferenceOf(V: Vectors, i: number): number {
  const length = norm(V[i]);
  if (length === 0) return 0;
  return V.reduce((sum, other, j) => (j === i ? sum : sum + (dot(V[i], other) / length) ** 2), 0);
}

/** D_i = ‖W_i‖² / Σ_j (Ŵ_i · W_j)² of every feature; 0 for a feature of norm 0. */
export function dimensionality(V: Vectors): number[] {
  return V.map((v, i) => {
    const squared = dot(v, v);
    return squared === 0 ? 0 : squared / (squared + interferenceOf(V, i));
  });
}

/** The expected loss of a model without weights and with the best b, of every model of a stack. */
export function without({ models, n, model, low, high, density, importance }: Plan): Float64Array {
  const square = (low * low + low * high + high * high) / 3;
  const straddles = model.target === "absolute" && low < 0 && high > 0;
  const size = straddles ? (low * low + high * high) / (2 * (high - low)) : Math.abs(low + high) / 2;
  const found = new Float64Array(models);
  density.forEach((p, q) => {
    found[Math.floor(q / n)] += importance[q] * (p * square - (model.bias ? (p * size) ** 2 : 0));
  });
  return found;
}
