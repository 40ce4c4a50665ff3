/**
 * The accelerator: the reference's updates in single precision, four numbers at a time, in WebAssembly.
 * Rows are the lanes of a vector where there are few hidden dimensions, and hidden dimensions where there are many.
 * This side says where everything is in memory; `assembly/` computes.
 */

import { NAMES } from "./activations";
import { corrections } from "./adam";
import type { Way } from "./batch";
import type { Engine } from "./engine";
import { begin, type Layout, layoutOf, load, named, type Weights } from "./layout";
import type { Plan } from "./plan";
import { dataOf, LANES } from "./random";
import { decay } from "./schedule";

export interface Exports {
  memory: WebAssembly.Memory;
  free(): number;
  setWorld(n: number, m: number, rows: number, low: number, span: number): void;
  setModel(hidden: number, output: number, absolute: number, bias: number, hiddenBias: number): void;
  setParameters(stride: number, size: number, U: number, b: number, c: number): void;
  setOwn(importance: number, density: number, perGap: number, random: number): void;
  setSums(gradient: number, lanes: number, h: number, slopes: number, back: number): void;
  setBlock(x: number, acrossFeatures: number, acrossRows: number, block: number, times: number): void;
  setDraws(places: number, next: number, sources: number, sourceCount: number, drawn: number): void;
  gradientOn(model: number, given: number): number;
  gradientByGaps(model: number): number;
  gradientByEntries(model: number): number;
  update(model: number, rate: number, kept: number, behind: number): void;
}

/** The module, ready for use. Rejects where WebAssembly, or its vectors, are missing or refused. */
export async function instantiate(bytes: BufferSource): Promise<Exports> {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  return instance.exports as unknown as Exports;
}

/** At or above so many hidden dimensions, they are lanes. */
const WIDE = 8;
/** About how many nanoseconds an entry takes that is found by gaps, one that is drawn as all are, and a row's feature. */
const FOUND = 15;
const DRAWN_ALL = 0.4;
const WORKED = (hidden: number): number => 4 + hidden / 2;
/** Numbers in a block of rows: what stays in the nearest cache. */
const BLOCK = 4096;
const LEAST_ROWS = 8;
const DRAWN = 128;
const KINDS = { alone: 0, together: 1, one: 2 };
const PAGE = 65_536;

const up = (count: number, to = 4): number => Math.ceil(count / to) * to;

/** Hands out memory, in multiples of 16 bytes, and sees to it that there is as much. */
class Ground {
  constructor(
    readonly memory: WebAssembly.Memory,
    private top: number,
  ) {}

  take(numbers: number): number {
    const at = this.top;
    this.top += 4 * up(numbers);
    const missing = this.top - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    return at;
  }
}

export class Accelerator implements Engine {
  readonly kind = "wasm";
  step = 0;
  readonly loss: Float64Array;
  private readonly layout: Layout;
  private readonly ground: Ground;
  private readonly wide: boolean;
  private readonly models: number[];
  private readonly importanceAt: number;
  private readonly densityAt: number;
  private readonly perGapAt: number;
  private readonly randomAt: number;
  private given = 0;

  /** way: how rows are drawn, by density where it is left open. */
  constructor(
    private readonly wasm: Exports,
    public plan: Plan,
    private readonly way?: Way,
  ) {
    const { n, model, sources } = plan;
    this.wide = model.hidden >= WIDE;
    this.layout = layoutOf(plan, 4, this.wide);
    this.importanceAt = 3 * this.layout.size;
    this.densityAt = this.importanceAt + up(n);
    this.perGapAt = this.densityAt + up(n);
    this.randomAt = this.perGapAt + up(sources.length);
    this.ground = new Ground(wasm.memory, wasm.free());
    this.loss = new Float64Array(plan.models);
    this.settle();
    this.models = Array.from(this.loss, () => this.ground.take(this.randomAt + 4 * LANES));
    this.restart();
  }

  advance(): void {
    const ways = { gaps: this.wasm.gradientByGaps, entries: this.wasm.gradientByEntries };
    this.each((k) => ways[this.wayOf(k)](this.models[k]));
  }

  advanceOn(rows: Float32Array): void {
    this.given ||= this.ground.take(rows.length);
    this.numbers(this.given, rows.length).set(rows);
    const each = 4 * this.plan.batch * this.plan.n;
    this.each((k) => this.wasm.gradientOn(this.models[k], this.given + k * each));
  }

  weights(): Weights {
    return named(this.layout, this.stack());
  }

  load(weights: Weights): void {
    load(this.layout, this.stack(), weights);
  }

  change(plan: Plan): void {
    this.plan = plan;
    this.models.forEach((_, k) => {
      this.describe(k);
    });
  }

  restart(): void {
    this.step = 0;
    this.loss.fill(Number.NaN);
    this.models.forEach((at, k) => {
      this.numbers(at, 3 * this.layout.size).fill(0);
      begin(this.layout, this.plan, k, this.numbers(at, this.layout.size));
      const lanes = [0, 1, 2, 3].map((lane) => dataOf(this.plan.origins[k], lane).state());
      const words = new Int32Array(this.wasm.memory.buffer, at + 4 * this.randomAt, 4 * LANES);
      words.set([0, 1, 2, 3].flatMap((word) => lanes.map((state) => state[word])));
      this.describe(k);
    });
  }

  private each(gradient: (k: number) => number): void {
    const { plan, wasm } = this;
    const left = decay(plan, this.step);
    this.step++;
    const [before, behind] = corrections(this.step);
    for (let k = 0; k < plan.models; k++) {
      this.loss[k] = gradient(k);
      const rate = plan.rates[k] * left;
      wasm.update(this.models[k], rate / before, 1 - rate * plan.weightDecay, 1 / behind);
    }
  }

  /** What is quicker: every entry can be drawn only where rows are lanes and features independent. */
  private wayOf(k: number): Way {
    const { n, density, sources, model } = this.plan;
    if (this.wide || sources.length < n) return "gaps";
    if (this.way) return this.way;
    let active = 0;
    let empty = 1;
    for (let i = 0; i < n; i++) {
      active += density[k * n + i];
      empty *= 1 - density[k * n + i];
    }
    return FOUND * active < n * (DRAWN_ALL + empty * WORKED(model.hidden)) ? "gaps" : "entries";
  }

  /** Tell the module what all models share. */
  private settle(): void {
    const { plan, wasm, layout, ground, wide } = this;
    const { n, model, sources } = plan;
    const m = model.hidden;
    const rowLength = up(n);
    const block = Math.min(up(plan.batch, 8), Math.max(LEAST_ROWS, up(BLOCK / rowLength, 8)));
    const number = NAMES.indexOf.bind(NAMES);
    wasm.setWorld(n, m, plan.batch, plan.low, plan.high - plan.low);
    const flags = [model.target === "absolute", model.bias, model.hidden_bias].map(Number);
    wasm.setModel(number(model.hidden_activation), number(model.output_activation), flags[0], flags[1], flags[2]);
    const stride = wide ? up(m) : m;
    wasm.setParameters(4 * stride, 4 * layout.size, 4 * layout.U, 4 * layout.b, 4 * layout.c);
    wasm.setOwn(4 * this.importanceAt, 4 * this.densityAt, 4 * this.perGapAt, 4 * this.randomAt);
    const [h, slopes, back] = [0, 1, 2].map(() => ground.take(8 * up(m)));
    wasm.setSums(ground.take(layout.size), wide ? 0 : ground.take(4 * layout.size), h, slopes, back);
    const x = ground.take(block * rowLength);
    this.numbers(x, block * rowLength).fill(0);
    const times = ground.take(block);
    this.numbers(times, block).fill(1);
    wasm.setBlock(x, wide ? 4 : 4 * block, wide ? 4 * rowLength : 4, block, times);
    const listed = sources.flatMap(({ kind, members }) => [KINDS[kind], members.length, ...members]);
    const list = ground.take(listed.length);
    new Int32Array(wasm.memory.buffer, list, listed.length).set(listed);
    wasm.setDraws(ground.take(block), ground.take(sources.length), list, sources.length, ground.take(DRAWN));
  }

  /** Tell the module what a model is trained on. */
  private describe(k: number): void {
    const { n, density, importance, sources } = this.plan;
    const own = this.numbers(this.models[k], this.randomAt);
    own.fill(0, this.importanceAt);
    own.set(importance.subarray(k * n, (k + 1) * n), this.importanceAt);
    own.set(density.subarray(k * n, (k + 1) * n), this.densityAt);
    own.set(
      sources.map(({ members }) => -1 / Math.log1p(-density[k * n + members[0]])),
      this.perGapAt,
    );
  }

  private stack(): Float32Array[] {
    return this.models.map((at) => this.numbers(at, this.layout.size));
  }

  private numbers(at: number, count: number): Float32Array {
    return new Float32Array(this.wasm.memory.buffer, at, count);
  }
}
