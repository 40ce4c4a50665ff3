/**
 * Sparse rows. Only rows with an active feature are kept; the empty ones are counted, since all of them are one row,
 * met as many times. From one row in which a source is on to the next is a geometric gap, so that what is off is
 * neither drawn nor stored. Both are exact: the gradient has the distribution that it has on full batches.
 */

import type { Plan, Source } from "./plan";
import type { Random } from "./random";

/** At or above this mean density every entry is drawn: gaps would be short, and hardly a row empty. */
const DENSE = 0.4;

/** How rows are drawn: every entry, or by gaps between those that are on; the same in distribution. */
export type Way = "entries" | "gaps";

export class Batch {
  /** The rows that were met, one after the other; n numbers each, 0 beyond them. */
  readonly x: Float64Array;
  /** Rows in `x`, and empty rows beside them. */
  filled = 0;
  empty = 0;
  private readonly place: Int32Array;

  constructor(
    private readonly n: number,
    private readonly rows: number,
  ) {
    this.x = new Float64Array(n * rows);
    this.place = new Int32Array(rows);
  }

  /** Fresh rows of a model. way: by its mean density where it is left open. */
  draw(plan: Plan, model: number, random: Random, way?: Way): void {
    const density = plan.density.subarray(model * this.n, (model + 1) * this.n);
    const mean = density.reduce((sum, p) => sum + p, 0) / this.n;
    this.clear();
    if ((way ?? (mean < DENSE ? "gaps" : "entries")) === "gaps") this.byGaps(plan, density, random);
    else this.byEntries(plan, density, random);
    this.empty = this.rows - this.filled;
  }

  /** Given rows (row, n). */
  take(rows: ArrayLike<number>, start: number): void {
    this.clear();
    for (let q = 0; q < this.rows * this.n; q++) {
      const value = rows[start + q];
      if (value !== 0) this.set(Math.floor(q / this.n), q % this.n, value);
    }
    this.empty = this.rows - this.filled;
  }

  private clear(): void {
    this.x.fill(0, 0, this.filled * this.n);
    this.place.fill(-1);
    this.filled = 0;
  }

  private set(row: number, feature: number, value: number): void {
    if (this.place[row] < 0) this.place[row] = this.filled++;
    this.x[this.place[row] * this.n + feature] = value;
  }

  private byGaps(plan: Plan, density: Float64Array, random: Random): void {
    for (const source of plan.sources) {
      const perGap = -1 / Math.log1p(-density[source.members[0]]);
      const gap = (): number => Math.floor(-Math.log(random.uniform()) * perGap);
      for (let row = gap(); row < this.rows; row += 1 + gap()) this.emit(plan, source, row, random);
    }
  }

  /** Every row is kept, empty or not. */
  private byEntries(plan: Plan, density: Float64Array, random: Random): void {
    for (let row = 0; row < this.rows; row++) this.place[row] = this.filled++;
    for (const source of plan.sources) {
      for (let row = 0; row < this.rows; row++) {
        if (random.uniform() < density[source.members[0]]) this.emit(plan, source, row, random);
      }
    }
  }

  /** A source is on in a row: its members, or one of them, get magnitudes. */
  private emit(plan: Plan, source: Source, row: number, random: Random): void {
    const { members } = source;
    const on = source.kind === "one" ? [members[Math.floor(random.uniform() * members.length)]] : members;
    for (const i of on) this.set(row, i, plan.low + (plan.high - plan.low) * random.uniform());
  }
}
