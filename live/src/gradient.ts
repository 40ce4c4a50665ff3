/** Loss and gradient of one model on a batch: y' = f(U g(V x + c) + b), Σ_i I_i (y_i − y'_i)², the mean over rows. */

import { ACTIVATIONS } from "./activations";
import type { Batch } from "./batch";
import type { Layout } from "./layout";
import type { Plan } from "./plan";

export class Gradient {
  /** Of the parameters, laid out as they are. */
  readonly values: Float64Array;
  private readonly before: Float64Array;
  private readonly h: Float64Array;
  private readonly back: Float64Array;
  private loss = 0;

  constructor(
    private readonly plan: Plan,
    private readonly layout: Layout,
  ) {
    const m = plan.model.hidden;
    this.values = new Float64Array(layout.size);
    this.before = new Float64Array(m);
    this.h = new Float64Array(m);
    this.back = new Float64Array(m);
  }

  /** The loss; `values` holds its gradient afterwards. importance: (feature). */
  on(batch: Batch, parameters: Float64Array, importance: Float64Array): number {
    const { n } = this.plan;
    this.values.fill(0);
    this.loss = 0;
    for (let row = 0; row < batch.filled; row++) {
      this.row(parameters, importance, batch.x.subarray(row * n, (row + 1) * n), 1);
    }
    if (batch.empty > 0) this.row(parameters, importance, new Float64Array(n), batch.empty);
    return this.mean(batch.filled + batch.empty);
  }

  /** Add what a row, met `times` times, has of loss and gradient. */
  private row(parameters: Float64Array, importance: Float64Array, x: Float64Array, times: number): void {
    this.encode(parameters, x);
    this.decode(parameters, importance, x, times);
    this.descend(x);
  }

  private encode(parameters: Float64Array, x: Float64Array): void {
    const { before, h, layout } = this;
    const m = h.length;
    const g = ACTIVATIONS[this.plan.model.hidden_activation];
    for (let k = 0; k < m; k++) before[k] = parameters[layout.c + k];
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      const v = layout.V + i * m;
      for (let k = 0; k < m; k++) before[k] += x[i] * parameters[v + k];
    }
    for (let k = 0; k < m; k++) h[k] = g.value(before[k]);
  }

  private decode(parameters: Float64Array, importance: Float64Array, x: Float64Array, times: number): void {
    const { h, back, values, layout } = this;
    const m = h.length;
    const f = ACTIVATIONS[this.plan.model.output_activation];
    const absolute = this.plan.model.target === "absolute";
    back.fill(0);
    for (let i = 0; i < x.length; i++) {
      const u = layout.U + i * m;
      let z = parameters[layout.b + i];
      for (let k = 0; k < m; k++) z += parameters[u + k] * h[k];
      const error = f.value(z) - (absolute ? Math.abs(x[i]) : x[i]);
      const weighed = times * importance[i] * error;
      this.loss += weighed * error;
      const down = weighed * f.slope(z);
      if (down === 0) continue;
      values[layout.b + i] += down;
      for (let k = 0; k < m; k++) {
        values[u + k] += down * h[k];
        back[k] += down * parameters[u + k];
      }
    }
  }

  private descend(x: Float64Array): void {
    const { before, back, values, layout } = this;
    const m = back.length;
    const g = ACTIVATIONS[this.plan.model.hidden_activation];
    for (let k = 0; k < m; k++) {
      back[k] *= g.slope(before[k]);
      values[layout.c + k] += back[k];
    }
    for (let i = 0; i < x.length; i++) {
      if (x[i] === 0) continue;
      const v = layout.V + i * m;
      for (let k = 0; k < m; k++) values[v + k] += x[i] * back[k];
    }
  }

  /** From sums to means; a bias that the model lacks does not move. */
  private mean(rows: number): number {
    const { values, layout, plan } = this;
    for (let q = 0; q < values.length; q++) values[q] *= 2 / rows;
    if (!plan.model.bias) values.fill(0, layout.b, layout.b + plan.n);
    if (!plan.model.hidden_bias) values.fill(0, layout.c);
    return this.loss / rows;
  }
}
