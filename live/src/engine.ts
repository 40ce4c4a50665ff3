/** What trains a stack of models: the reference here, in double precision and plain to read, or the accelerator. */

import { Adam } from "./adam";
import { Batch, type Way } from "./batch";
import { Gradient } from "./gradient";
import { begin, type Layout, layoutOf, load, named, type Weights } from "./layout";
import type { Plan } from "./plan";
import { dataOf, type Random } from "./random";
import { decay } from "./schedule";

export interface Engine {
  readonly kind: "typescript" | "wasm";
  readonly plan: Plan;
  /** Updates done. */
  readonly step: number;
  /** Of every model on its last batch, before the update; NaN at the start. */
  readonly loss: Float64Array;
  /** One update of every model, each on a fresh batch of its own. */
  advance(): void;
  /** One update on given rows (model, row, feature). */
  advanceOn(rows: Float32Array): void;
  weights(): Weights;
  /** Weights of one's own; those that are not named stay. Throws a Refusal. */
  load(weights: Weights): void;
  /** Another plan from the next update on, of the same models and as many rows. */
  change(plan: Plan): void;
  /** Back to the start, which is the plan's. */
  restart(): void;
}

export class Reference implements Engine {
  readonly kind = "typescript";
  step = 0;
  readonly loss: Float64Array;
  private readonly layout: Layout;
  private readonly stack: Float64Array[];
  private readonly batch: Batch;
  private readonly gradient: Gradient;
  private adams: Adam[] = [];
  private randoms: Random[] = [];

  /** way: how rows are drawn, by density where it is left open. */
  constructor(
    public plan: Plan,
    private readonly way?: Way,
  ) {
    this.layout = layoutOf(plan);
    this.loss = new Float64Array(plan.models);
    this.stack = Array.from(this.loss, () => new Float64Array(this.layout.size));
    this.batch = new Batch(plan.n, plan.batch);
    this.gradient = new Gradient(plan, this.layout);
    this.restart();
  }

  advance(): void {
    this.each((k) => this.batch.draw(this.plan, k, this.randoms[k], this.way));
  }

  advanceOn(rows: Float32Array): void {
    this.each((k) => this.batch.take(rows, k * this.plan.batch * this.plan.n));
  }

  private each(fill: (k: number) => void): void {
    const { plan, stack, gradient } = this;
    const left = decay(plan, this.step);
    this.step++;
    for (let k = 0; k < plan.models; k++) {
      fill(k);
      this.loss[k] = gradient.on(this.batch, stack[k], plan.importance.subarray(k * plan.n, (k + 1) * plan.n));
      this.adams[k].update(stack[k], gradient.values, plan.rates[k] * left, plan.weightDecay, this.step);
    }
  }

  weights(): Weights {
    return named(this.layout, this.stack);
  }

  load(weights: Weights): void {
    load(this.layout, this.stack, weights);
  }

  change(plan: Plan): void {
    this.plan = plan;
  }

  restart(): void {
    const { plan, layout, stack } = this;
    this.step = 0;
    this.loss.fill(Number.NaN);
    this.adams = stack.map(() => new Adam(layout.size));
    this.randoms = plan.origins.map((origin) => dataOf(origin));
    stack.forEach((parameters, k) => {
      begin(layout, plan, k, parameters);
    });
  }
}
