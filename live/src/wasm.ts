/**
 * The accelerator: the reference's updates in single precision, four numbers at a time, in WebAssembly.
 * Rows are the lanes of a vector, or, where few features are on and no hidden activation is between, outputs are.
 * This side says where everything is in memory; `assembly/` computes.
 */

import { NAMES } from "./activations";
import { FIRST, SECOND } from "./adam";
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
  setBlock(x: number, width: number, laneBlock: number, rowBlock: number, times: number): void;
  setGram(gram: number, outer: number, constant: number, turned: number, active: number, z: number): void;
  setDraws(places: number, next: number, sources: number, sourceCount: number, drawn: number): void;
  gradientOn(model: number, gram: number, given: number): number;
  gradientByGaps(model: number, gram: number): number;
  gradientByEntries(model: number): number;
  update(model: number, rate: number, kept: number, behind: number): void;
}

/** The module, ready for use. Rejects where WebAssembly, or its vectors, are missing or refused. */
export async function instantiate(bytes: BufferSource): Promise<Exports> {
  const { instance } = await WebAssembly.instantiate(bytes, {});
  return instance.exports as unknown as Exports;
}

/** How the rows of a model are worked: as lanes of a vector, or by G = U V in the space of features. */
export type Route = "lanes" | "gram";

/** About how many nanoseconds it takes to find an entry by gaps, to draw one as all are, and to work a row, or a step. */
const FOUND = 12;
const DRAWN_ALL = 0.7;
const IN_LANES = (n: number, m: number): number => 2 + n * (1 + 0.7 * m);
const BY_GRAM = (n: number, active: number): number => 20 + n * (1.2 + 0.8 * active);
const OF_GRAM = (n: number, m: number): number => 0.3 * n * n * m;
/** With more features than so many, G and S are too large to be of use. */
const MOST_GRAM = 1024;
/** Numbers in a block of rows: what stays in the nearest cache, or the next. */
const LANE_BLOCK = 8192;
const ROW_BLOCK = 16_384;
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
  private readonly choices: [Route, Way][] = [];
  private readonly models: number[];
  private readonly importanceAt: number;
  private readonly densityAt: number;
  private readonly perGapAt: number;
  private readonly randomAt: number;
  private given = 0;
  /** What Adam's two rates of decay have come to, by one product an update: a power is dearer than a small update. */
  private first = 1;
  private second = 1;

  /** way, route: how rows are drawn and worked, by what is quicker where it is left open. */
  constructor(
    private readonly wasm: Exports,
    public plan: Plan,
    private readonly way?: Way,
    private readonly route?: Route,
  ) {
    const { n, sources } = plan;
    this.layout = layoutOf(plan, 4);
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
    const { wasm, models } = this;
    this.each((k, route, way) =>
      way === "gaps" ? wasm.gradientByGaps(models[k], Number(route === "gram")) : wasm.gradientByEntries(models[k]),
    );
  }

  advanceOn(rows: Float32Array): void {
    const { wasm, models } = this;
    this.given ||= this.ground.take(rows.length);
    this.numbers(this.given, rows.length).set(rows);
    const each = 4 * this.plan.batch * this.plan.n;
    this.each((k, route) => wasm.gradientOn(models[k], Number(route === "gram"), this.given + k * each));
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
    this.first = this.second = 1;
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

  private each(gradient: (k: number, route: Route, way: Way) => number): void {
    const { plan, wasm } = this;
    const left = decay(plan, this.step);
    this.step++;
    this.first *= FIRST;
    this.second *= SECOND;
    const before = 1 - this.first;
    const behind = 1 - this.second;
    for (let k = 0; k < plan.models; k++) {
      this.loss[k] = gradient(k, this.choices[k][0], this.choices[k][1]);
      const rate = plan.rates[k] * left;
      wasm.update(this.models[k], rate / before, 1 - rate * plan.weightDecay, 1 / behind);
    }
  }

  /** What is quicker: every entry can be drawn only where rows are lanes and features independent. */
  private chosen(k: number): [Route, Way] {
    const { n, density, sources, batch, model } = this.plan;
    const m = model.hidden;
    const own = density.subarray(k * n, (k + 1) * n);
    const active = own.reduce((sum, p) => sum + p, 0);
    const filled = 1 - own.reduce((share, p) => share * (1 - p), 1);
    const found = FOUND * active;
    const costs: [number, Route, Way][] = [[found + filled * IN_LANES(n, m), "lanes", "gaps"]];
    if (sources.length === n) costs.push([n * DRAWN_ALL + IN_LANES(n, m), "lanes", "entries"]);
    if (this.gram) costs.push([found + filled * BY_GRAM(n, active / filled) + OF_GRAM(n, m) / batch, "gram", "gaps"]);
    const open = costs.filter(([, route, way]) => (this.route ?? route) === route && (this.way ?? way) === way);
    const [, route, way] = open.sort(([a], [b]) => a - b)[0] ?? costs[0];
    return [route, way];
  }

  /** Tell the module what all models share. */
  private settle(): void {
    const { plan, wasm, layout, ground } = this;
    const { n, model, sources } = plan;
    const m = model.hidden;
    const width = up(n);
    const [laneBlock, rowBlock] = [LANE_BLOCK, ROW_BLOCK].map((numbers) =>
      Math.min(up(plan.batch, 8), Math.max(LEAST_ROWS, up(numbers / width, 8))),
    );
    const number = NAMES.indexOf.bind(NAMES);
    wasm.setWorld(n, m, plan.batch, plan.low, plan.high - plan.low);
    const flags = [model.target === "absolute", model.bias, model.hidden_bias].map(Number);
    wasm.setModel(number(model.hidden_activation), number(model.output_activation), flags[0], flags[1], flags[2]);
    wasm.setParameters(4 * up(m), 4 * layout.size, 4 * layout.U, 4 * layout.b, 4 * layout.c);
    wasm.setOwn(4 * this.importanceAt, 4 * this.densityAt, 4 * this.perGapAt, 4 * this.randomAt);
    const [h, slopes, back] = [0, 1, 2].map(() => ground.take(8 * up(m)));
    wasm.setSums(ground.take(layout.size), ground.take(4 * layout.size), h, slopes, back);
    const x = ground.take((rowBlock + 8) * width);
    this.numbers(x, (rowBlock + 8) * width).fill(0);
    const times = ground.take(rowBlock + 8);
    this.numbers(times, rowBlock).fill(1);
    wasm.setBlock(x, 4 * width, laneBlock, rowBlock, times + 4 * rowBlock);
    if (this.gram) {
      const square = width * width;
      const counts = [square, square, width, up(m) * width, 2 * width + 2, width];
      const [gram, outer, constant, turned, active, z] = counts.map((count) => ground.take(count));
      wasm.setGram(gram, outer, constant, turned, active, z);
    }
    const listed = sources.flatMap(({ kind, members }) => [KINDS[kind], members.length, ...members]);
    const list = ground.take(listed.length);
    new Int32Array(wasm.memory.buffer, list, listed.length).set(listed);
    wasm.setDraws(ground.take(rowBlock), ground.take(sources.length), list, sources.length, ground.take(DRAWN));
  }

  /** Tell the module what a model is trained on. */
  private describe(k: number): void {
    const { n, density, importance, sources } = this.plan;
    const own = this.numbers(this.models[k], this.randomAt);
    this.choices[k] = this.chosen(k);
    own.fill(0, this.importanceAt);
    own.set(importance.subarray(k * n, (k + 1) * n), this.importanceAt);
    own.set(density.subarray(k * n, (k + 1) * n), this.densityAt);
    own.set(
      sources.map(({ members }) => -1 / Math.log1p(-density[k * n + members[0]])),
      this.perGapAt,
    );
  }

  private get gram(): boolean {
    const { n, model } = this.plan;
    return model.hidden_activation === "linear" && n <= MOST_GRAM;
  }

  private stack(): Float32Array[] {
    return this.models.map((at) => this.numbers(at, this.layout.size));
  }

  private numbers(at: number, count: number): Float32Array {
    return new Float32Array(this.wasm.memory.buffer, at, count);
  }
}
