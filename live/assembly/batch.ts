/** Sparse rows in blocks, as `src/batch.ts` draws them, and the sums over a batch. */

import { hiddenRow } from "./hidden";
import { eightOfOne } from "./one";
import { exponential, keep, resume, uniform, units } from "./random";
import { eightRows, gather } from "./rows";
import {
  acrossFeatures,
  acrossRows,
  b,
  bias,
  block,
  c,
  density,
  gradient,
  hiddenBias,
  hiddenKind,
  lanes,
  low,
  m,
  n,
  next,
  perGap,
  places,
  rows,
  size,
  sourceCount,
  sources,
  span,
  times,
  x,
} from "./shape";

const ALONE = 0;
const ONE = 2;

let filled: i32 = 0;
let met: i32 = 0;
let loss: f64 = 0;

// Rows are lanes where features are apart and rows together.
function rowsAreLanes(): bool {
  return acrossRows == 4;
}

function begin(): void {
  filled = 0;
  met = 0;
  loss = 0;
  memory.fill(gradient, 0, size);
  if (rowsAreLanes()) memory.fill(lanes, 0, size << 2);
}

function emit(row: i32, feature: i32, value: f32): void {
  const at = places + ((<usize>row) << 2);
  let place = load<i32>(at);
  if (place < 0) {
    place = filled++;
    store<i32>(at, place);
  }
  store<f32>(x + <usize>feature * acrossFeatures + <usize>place * acrossRows, value);
}

/** The sums of the block's rows; it is empty afterwards. */
function work(model: usize): void {
  met += filled;
  if (rowsAreLanes()) workLanes(model);
  else workRows(model);
  filled = 0;
}

function eight(model: usize, x: usize, times: usize): f32 {
  return m == 1 && hiddenKind == 0 ? eightOfOne(model, x, times) : eightRows(model, x, times);
}

function workRows(model: usize): void {
  for (let row = 0; row < filled; row++) loss += hiddenRow(model, x + <usize>row * acrossRows, 1);
  memory.fill(x, 0, <usize>filled * acrossRows);
}

function workLanes(model: usize): void {
  const up = (filled + 7) & ~7;
  for (let row = filled; row < up; row++) store<f32>(times + ((<usize>row) << 2), 0);
  for (let row = 0; row < up; row += 8) {
    const at = (<usize>row) << 2;
    loss += eight(model, x + at, times + at);
  }
  for (let row = filled; row < up; row++) store<f32>(times + ((<usize>row) << 2), 1);
  for (let i = 0; i < n; i++) memory.fill(x + <usize>i * acrossFeatures, 0, (<usize>up) << 2);
}

/** Empty rows are one row, met as many times. */
function workEmpty(model: usize): void {
  const empty = <f32>(rows - met);
  if (empty == 0) return;
  if (!rowsAreLanes()) {
    loss += hiddenRow(model, x, empty);
    return;
  }
  store<f32>(times, empty);
  for (let q: usize = 4; q < 32; q += 4) store<f32>(times + q, 0);
  loss += eight(model, x, times);
  for (let q: usize = 0; q < 32; q += 4) store<f32>(times + q, 1);
}

/** From sums to means; a bias that the models lack does not move. */
function end(): f64 {
  if (rowsAreLanes()) gather();
  const factor = f32x4.splat(2 / <f32>rows);
  for (let q: usize = 0; q < size; q += 16) v128.store(gradient + q, f32x4.mul(v128.load(gradient + q), factor));
  if (!bias) memory.fill(gradient + b, 0, c - b);
  if (!hiddenBias) memory.fill(gradient + c, 0, size - c);
  return loss / <f64>rows;
}

/** Loss and gradient of a model on given rows (row, n). */
export function gradientOn(model: usize, given: usize): f64 {
  begin();
  for (let start = 0; start < rows; start += block) {
    const stop = min(start + block, rows);
    memory.fill(places, 0xff, (<usize>block) << 2);
    for (let row = start; row < stop; row++) {
      for (let i = 0; i < n; i++) {
        const value = load<f32>(given + ((<usize>(row * n + i)) << 2));
        if (value != 0) emit(row - start, i, value);
      }
    }
    work(model);
  }
  workEmpty(model);
  return end();
}

function gap(model: usize, source: i32): i32 {
  return <i32>min<f32>(exponential() * load<f32>(model + perGap + ((<usize>source) << 2)), 1e9);
}

/** A source is on in a row: its members, or one of them, get magnitudes. */
function on(source: usize, row: i32): void {
  const kind = load<i32>(source);
  const count = load<i32>(source + 4);
  if (kind == ALONE) {
    emit(row, load<i32>(source + 8), low + span * uniform());
    return;
  }
  let from = 0;
  let to = count;
  if (kind == ONE) {
    from = min(<i32>(uniform() * <f32>count), count - 1);
    to = from + 1;
  }
  for (let j = from; j < to; j++) {
    emit(row, load<i32>(source + 8 + ((<usize>j) << 2)), low + span * uniform());
  }
}

/** Loss and gradient of a model on fresh rows, drawn by the gaps between those that are not empty. */
export function gradientByGaps(model: usize): f64 {
  begin();
  resume(model);
  for (let s = 0; s < sourceCount; s++) store<i32>(next + ((<usize>s) << 2), gap(model, s));
  for (let start = 0; start < rows; start += block) {
    const stop = min(start + block, rows);
    memory.fill(places, 0xff, (<usize>block) << 2);
    let source = sources;
    for (let s = 0; s < sourceCount; s++) {
      const at = next + ((<usize>s) << 2);
      let row = load<i32>(at);
      while (row < stop) {
        on(source, row - start);
        row += 1 + gap(model, s);
      }
      store<i32>(at, row);
      source += 8 + ((<usize>load<i32>(source + 4)) << 2);
    }
    work(model);
  }
  workEmpty(model);
  keep(model);
  return end();
}

/** Loss and gradient of a model on fresh rows of features that are each alone, every entry drawn; rows are lanes. */
export function gradientByEntries(model: usize): f64 {
  begin();
  resume(model);
  for (let start = 0; start < rows; start += block) {
    filled = min(block, rows - start);
    for (let i = 0; i < n; i++) fill(model, i);
    work(model);
  }
  keep(model);
  return end();
}

/** A feature's entries of the block: a draw u < p says that it is on, and u / p how large. */
function fill(model: usize, feature: i32): void {
  const p = v128.load32_splat(model + density + ((<usize>feature) << 2));
  const scale = f32x4.div(f32x4.splat(span), p);
  const base = f32x4.splat(low);
  const at = x + <usize>feature * acrossFeatures;
  const count = (filled + 3) >> 2;
  units(at, count);
  for (let q = at, end = at + ((<usize>count) << 4); q < end; q += 16) {
    const u = v128.load(q);
    const value = f32x4.add(base, f32x4.mul(u, scale));
    v128.store(q, v128.and(value, f32x4.lt(u, p)));
  }
}
