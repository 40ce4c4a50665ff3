/** Sparse rows in blocks, as `src/batch.ts` draws them, and the sums over a batch. */

import { beginGram, endGram, gramRow } from "./gram";
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
  layRows,
  low,
  m,
  n,
  next,
  perGap,
  places,
  rowBlock,
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

/** Whether rows are worked by G, and not as lanes. */
let byGram: bool = false;
let filled: i32 = 0;
let met: i32 = 0;
let loss: f64 = 0;
/** What a row of the block has in `places` is this more than its place; less, where it has none. */
let base: i32 = 1;

// The engine's own filling is a call, dearer than a few vectors.
// @inline
function zero(at: usize, size: usize): void {
  for (const end = at + size; at < end; at += 16) v128.store(at, f32x4.splat(0));
}

function begin(model: usize, gram: bool): void {
  byGram = gram;
  layRows(!gram);
  filled = 0;
  met = 0;
  loss = 0;
  zero(gradient, size);
  if (gram) beginGram(model);
  else zero(lanes, size << 2);
}

/** A feature of a row of the block has a value. */
// @inline
function emit(row: i32, feature: i32, value: f32): void {
  const at = places + ((<usize>row) << 2);
  let place = load<i32>(at) - base;
  if (place < 0) {
    place = filled++;
    store<i32>(at, base + place);
  }
  store<f32>(x + <usize>feature * acrossFeatures + <usize>place * acrossRows, value);
}

/** The sums of the block's rows; it is empty afterwards. The last block has the empty rows, one row met so many times. */
function work(model: usize, last: bool): void {
  met += filled;
  const empty = last ? rows - met : 0;
  if (byGram) workRows(model, <f32>empty);
  else workLanes(model, <f32>empty);
  base += filled;
  filled = 0;
  if (base < 1 << 30) return;
  memory.fill(places, 0, (<usize>rowBlock) << 2);
  base = 1;
}

function workRows(model: usize, empty: f32): void {
  for (let row = 0; row < filled; row++) loss += gramRow(model, x + <usize>row * acrossRows, 1);
  zero(x, <usize>filled * acrossRows);
  if (empty > 0) loss += gramRow(model, x, empty);
}

function workLanes(model: usize, empty: f32): void {
  const end = (<usize>filled) << 2;
  const stop = empty > 0 ? end + 4 : end;
  const weights = times - end;
  store<f32>(times, empty);
  for (let q: usize = 0; q < stop; q += 32) {
    loss += m == 1 && hiddenKind == 0 ? eightOfOne(model, x + q, weights + q) : eightRows(model, x + q, weights + q);
  }
  for (let i = 0; i < n; i++) zero(x + <usize>i * acrossFeatures, (end + 15) & ~15);
}

/** From sums to means; a bias that the models lack does not move. */
function end(model: usize): f64 {
  if (byGram) endGram(model);
  else gather();
  const factor = f32x4.splat(2 / <f32>rows);
  for (let q: usize = 0; q < size; q += 16) v128.store(gradient + q, f32x4.mul(v128.load(gradient + q), factor));
  if (!bias) zero(gradient + b, c - b);
  if (!hiddenBias) zero(gradient + c, size - c);
  return loss / <f64>rows;
}

/** Loss and gradient of a model on given rows (row, n). */
export function gradientOn(model: usize, gram: bool, given: usize): f64 {
  begin(model, gram);
  for (let start = 0; start < rows; start += block) {
    const stop = min(start + block, rows);
    for (let row = start; row < stop; row++) {
      for (let i = 0; i < n; i++) {
        const value = load<f32>(given + ((<usize>(row * n + i)) << 2));
        if (value != 0) emit(row - start, i, value);
      }
    }
    work(model, stop == rows);
  }
  return end(model);
}

// By a vector, whose conversion saturates and never traps: that of a single number is several times as slow.
// @inline
function gap(scale: f32): i32 {
  const gap = i32x4.trunc_sat_f32x4_s(f32x4.splat(exponential() * scale));
  return min(i32x4.extract_lane(gap, 0), 1 << 30);
}

/** A set is on in a row: its members, or one of them, get magnitudes. */
function onTogether(source: usize, row: i32): void {
  const count = load<i32>(source + 4);
  let from = 0;
  let to = count;
  if (load<i32>(source) == ONE) {
    from = min(<i32>(uniform() * <f32>count), count - 1);
    to = from + 1;
  }
  for (let j = from; j < to; j++) {
    emit(row, load<i32>(source + 8 + ((<usize>j) << 2)), low + span * uniform());
  }
}

/** Loss and gradient of a model on fresh rows, drawn by the gaps between those that are not empty. */
export function gradientByGaps(model: usize, gram: bool): f64 {
  begin(model, gram);
  resume(model);
  for (let s: usize = 0; s < (<usize>sourceCount) << 2; s += 4)
    store<i32>(next + s, gap(load<f32>(model + perGap + s)));
  for (let start = 0; start < rows; start += block) {
    const stop = min(start + block, rows);
    let source = sources;
    for (let s: usize = 0; s < (<usize>sourceCount) << 2; s += 4) {
      const scale = load<f32>(model + perGap + s);
      let row = load<i32>(next + s);
      const alone = load<i32>(source) == ALONE;
      const first = load<i32>(source + 8);
      for (; row < stop; row += 1 + gap(scale)) {
        if (alone) emit(row - start, first, low + span * uniform());
        else onTogether(source, row - start);
      }
      store<i32>(next + s, row);
      source += 8 + ((<usize>load<i32>(source + 4)) << 2);
    }
    work(model, stop == rows);
  }
  keep(model);
  return end(model);
}

/** Loss and gradient of a model on fresh rows of features that are each alone, every entry drawn; rows are lanes. */
export function gradientByEntries(model: usize): f64 {
  begin(model, false);
  resume(model);
  for (let start = 0; start < rows; start += block) {
    filled = min(block, rows - start);
    for (let i = 0; i < n; i++) fill(model, i);
    work(model, false);
  }
  keep(model);
  return end(model);
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
