/**
 * The parameters of one model in a row: V, U, b, c, with U absent where it is V's transpose. The weights of a feature
 * stand together, V[i · hidden + k] and U[i · hidden + k], so that both matrices are walked the same way.
 * Weights given and handed out are named and laid out as `tsup.models` has them.
 */

import type { Plan } from "./plan";
import { startOf } from "./random";
import { Refusal } from "./refusal";

/** By name: W or W1 (model, hidden, feature), W2 (model, feature, hidden), b (model, feature), b_hidden (model, hidden). */
export type Weights = Record<string, Float32Array>;

export interface Section {
  name: string;
  /** Where it begins in a model's parameters. */
  start: number;
  rows: number;
  columns: number;
  /** Numbers from one row to the next. */
  stride: number;
  /** Whether the library has it with rows and columns exchanged. */
  turned: boolean;
}

export interface Layout {
  sections: Section[];
  V: number;
  U: number;
  b: number;
  c: number;
  /** Numbers a model has, all sections. */
  size: number;
}

/** padding: sections begin at its multiples, and matrices have as many rows and columns as the next multiple. */
export function layoutOf(plan: Plan, padding = 1): Layout {
  const up = (count: number): number => Math.ceil(count / padding) * padding;
  const { n, model } = plan;
  const m = model.hidden;
  const stride = up(m);
  const V = 0;
  const U = model.tied ? V : up(n) * stride;
  const b = U + up(n) * stride;
  const c = b + up(n);
  const matrix = (name: string, start: number, turned: boolean): Section => ({
    ...{ name, start, rows: n, columns: m, stride, turned },
  });
  const vector = (name: string, start: number, columns: number): Section => ({
    ...{ name, start, rows: 1, columns, stride: columns, turned: false },
  });
  const sections = model.tied ? [matrix("W", V, true)] : [matrix("W1", V, true), matrix("W2", U, false)];
  if (model.bias) sections.push(vector("b", b, n));
  if (model.hidden_bias) sections.push(vector("b_hidden", c, m));
  return { sections, V, U, b, c, size: c + up(m) };
}

type Numbers = Float32Array | Float64Array;

/** The weights of all models. stack: the parameters of each. */
export function named(layout: Layout, stack: Numbers[]): Weights {
  const weights: Weights = {};
  for (const section of layout.sections) {
    const each = section.rows * section.columns;
    const values = new Float32Array(stack.length * each);
    stack.forEach((parameters, k) => {
      copy(section, (at, place) => {
        values[k * each + at] = parameters[place];
      });
    });
    weights[section.name] = values;
  }
  return weights;
}

/** Throws a Refusal for weights that are not those of so many models, or not finite. */
export function checkWeights(layout: Layout, models: number, weights: Weights): void {
  for (const [name, values] of Object.entries(weights)) {
    const section = layout.sections.find((one) => one.name === name);
    if (!section) {
      const known = layout.sections.map((one) => one.name).join(", ");
      throw new Refusal(`start must have weights among ${known}, got ${name}`);
    }
    const count = models * section.rows * section.columns;
    if (values.length !== count) {
      throw new Refusal(`${name} of start must have ${count} numbers, got ${values.length}`);
    }
    if (!values.every(Number.isFinite)) throw new Refusal(`${name} of start must be finite`);
  }
}

/** Put weights into the parameters of all models; those that are not named stay. Throws a Refusal as `checkWeights`. */
export function load(layout: Layout, stack: Numbers[], weights: Weights): void {
  checkWeights(layout, stack.length, weights);
  for (const section of layout.sections) {
    const values = weights[section.name];
    if (!values) continue;
    stack.forEach((parameters, k) => {
      copy(section, (at, place) => {
        parameters[place] = values[k * section.rows * section.columns + at];
      });
    });
  }
}

/** Every entry of a section: its place in the library's array of one model, and in the parameters. */
function copy(section: Section, entry: (at: number, place: number) => void): void {
  const { rows, columns, start, stride, turned } = section;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) entry(turned ? k * rows + i : i * columns + k, start + i * stride + k);
  }
}

/** Set parameters to a model's start: Glorot-normal matrices, drawn feature by feature, and zero biases. */
export function begin(layout: Layout, plan: Plan, k: number, parameters: Numbers): void {
  const random = startOf(plan.origins[k]);
  const deviation = plan.scale * Math.sqrt(2 / (plan.n + plan.model.hidden));
  parameters.fill(0);
  for (const section of layout.sections) {
    if (section.name.startsWith("b")) continue;
    copy({ ...section, turned: false }, (_, place) => {
      parameters[place] = deviation * random.normal();
    });
  }
}
