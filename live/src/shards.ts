/** A stack of models dealt out to sessions, and one frame put together of what each of them shows. */

import type { Weights } from "./layout";
import type { EngineKind, Shown } from "./protocol";

/** All models at one moment. */
export interface Moment {
  /** Updates done: of the session that has done the fewest. */
  step: number;
  engine: EngineKind;
  /** Of every model, its mean over the updates since the last frame; NaN at the start. */
  loss: Float64Array;
  weights: Weights;
}

/** Model k goes to session k mod `count`: neighbours cost about the same. */
export function dealt(models: number, count: number): number[][] {
  const shards = Array.from({ length: Math.min(models, count) }, (): number[] => []);
  for (let k = 0; k < models; k++) shards[k % shards.length].push(k);
  return shards;
}

/** The weights of some models of a stack. */
export function weightsOf(weights: Weights, models: number, chosen: number[]): Weights {
  const parts: Weights = {};
  for (const [name, values] of Object.entries(weights)) {
    const each = values.length / models;
    parts[name] = Float32Array.from(chosen.flatMap((k) => [...values.subarray(k * each, (k + 1) * each)]));
  }
  return parts;
}

export class Gathered {
  readonly steps: number[];
  private readonly loss: Float64Array;
  private readonly weights: Weights = {};
  private readonly last: (Shown | null)[];
  private readonly fresh: boolean[];

  constructor(
    private readonly models: number,
    private readonly shards: number[][],
  ) {
    this.loss = new Float64Array(models).fill(Number.NaN);
    this.steps = shards.map(() => 0);
    this.last = shards.map(() => null);
    this.fresh = shards.map(() => false);
  }

  /** Take what a session shows. */
  add(session: number, shown: Shown): void {
    this.last[session] = shown;
    this.fresh[session] = true;
    this.steps[session] = shown.step;
    const chosen = this.shards[session];
    chosen.forEach((k, at) => {
      if (!Number.isNaN(shown.loss[at]) || shown.step === 0) this.loss[k] = shown.loss[at];
    });
    for (const [name, values] of Object.entries(shown.weights)) this.scatter(name, values, chosen);
  }

  private scatter(name: string, values: Float32Array, chosen: number[]): void {
    const each = values.length / chosen.length;
    this.weights[name] ??= new Float32Array(each * this.models);
    chosen.forEach((k, at) => {
      this.weights[name].set(values.subarray(at * each, (at + 1) * each), k * each);
    });
  }

  /** Whether every session has shown something new, or is not running. */
  get complete(): boolean {
    return this.last.every((shown, k) => shown && (this.fresh[k] || !shown.running));
  }

  /** What there is, which is not new afterwards. */
  take(): Moment {
    this.fresh.fill(false);
    const shown = this.last.filter((one) => one !== null);
    return {
      step: Math.min(...this.steps),
      engine: shown.every(({ engine }) => engine === "wasm") ? "wasm" : "typescript",
      loss: this.loss.slice(),
      weights: Object.fromEntries(Object.entries(this.weights).map(([name, values]) => [name, values.slice()])),
    };
  }
}
