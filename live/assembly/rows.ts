/** Loss and gradient of eight rows at a time, with the rows as lanes of two vectors. */

import { activate, curve, RELU, sum, through, throughCurve } from "./functions";
import {
  absolute,
  acrossFeatures,
  b,
  back,
  c,
  gradient,
  h,
  hiddenKind,
  importance,
  lanes,
  m,
  n,
  outputKind,
  size,
  slopes,
  stride,
  U,
  V,
} from "./shape";

// A gradient's sums by lane are at four times the place of the gradient itself.
// @inline
function add(place: usize, value: v128): void {
  const at = lanes + (place << 2);
  v128.store(at, f32x4.add(v128.load(at), value));
}

// @inline
function encode(model: usize, x: usize): void {
  for (let k = 0; k < m; k++) {
    const o = (<usize>k) << 2;
    let a0 = v128.load32_splat(model + c + o);
    let a1 = a0;
    let v = model + V + o;
    let value = x;
    for (let i = 0; i < n; i++) {
      const weight = v128.load32_splat(v);
      a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(value)));
      a1 = f32x4.add(a1, f32x4.mul(weight, v128.load(value + 16)));
      v += stride;
      value += acrossFeatures;
    }
    const at = (<usize>k) << 5;
    if (hiddenKind != 0) {
      v128.store(slopes + at, throughCurve(hiddenKind, a0, f32x4.splat(1)));
      v128.store(slopes + at + 16, throughCurve(hiddenKind, a1, f32x4.splat(1)));
      a0 = curve(hiddenKind, a0);
      a1 = curve(hiddenKind, a1);
    }
    v128.store(h + at, a0);
    v128.store(h + at + 16, a1);
    v128.store(back + at, f32x4.splat(0));
    v128.store(back + at + 16, f32x4.splat(0));
  }
}

// @inline
function decode(relu: bool, model: usize, x: usize, times: usize): f32 {
  const t0 = v128.load(times);
  const t1 = v128.load(times + 16);
  let loss = f32x4.splat(0);
  for (let i = 0; i < n; i++) {
    const at = (<usize>i) << 2;
    const column = U + <usize>i * stride;
    const value = x + <usize>i * acrossFeatures;
    let z0 = v128.load32_splat(model + b + at);
    let z1 = z0;
    for (let k = 0; k < m; k++) {
      const u = v128.load32_splat(model + column + ((<usize>k) << 2));
      z0 = f32x4.add(z0, f32x4.mul(u, v128.load(h + ((<usize>k) << 5))));
      z1 = f32x4.add(z1, f32x4.mul(u, v128.load(h + ((<usize>k) << 5) + 16)));
    }
    let y0 = v128.load(value);
    let y1 = v128.load(value + 16);
    if (absolute) {
      y0 = f32x4.abs(y0);
      y1 = f32x4.abs(y1);
    }
    const weight = v128.load32_splat(model + importance + at);
    const e0 = f32x4.sub(activate(relu, outputKind, z0), y0);
    const e1 = f32x4.sub(activate(relu, outputKind, z1), y1);
    const w0 = f32x4.mul(f32x4.mul(weight, t0), e0);
    const w1 = f32x4.mul(f32x4.mul(weight, t1), e1);
    loss = f32x4.add(loss, f32x4.add(f32x4.mul(w0, e0), f32x4.mul(w1, e1)));
    const d0 = through(relu, outputKind, z0, w0);
    const d1 = through(relu, outputKind, z1, w1);
    if (v128.any_true(v128.or(d0, d1))) descend(model, column, b + at, d0, d1);
  }
  return sum(loss);
}

// @inline
function descend(model: usize, column: usize, bias: usize, d0: v128, d1: v128): void {
  add(bias, f32x4.add(d0, d1));
  for (let k = 0; k < m; k++) {
    const o = (<usize>k) << 2;
    const at = (<usize>k) << 5;
    add(column + o, f32x4.add(f32x4.mul(d0, v128.load(h + at)), f32x4.mul(d1, v128.load(h + at + 16))));
    const u = v128.load32_splat(model + column + o);
    v128.store(back + at, f32x4.add(v128.load(back + at), f32x4.mul(u, d0)));
    v128.store(back + at + 16, f32x4.add(v128.load(back + at + 16), f32x4.mul(u, d1)));
  }
}

// @inline
function encodeBack(x: usize): void {
  for (let k = 0; k < m; k++) {
    const at = (<usize>k) << 5;
    let d0 = v128.load(back + at);
    let d1 = v128.load(back + at + 16);
    if (hiddenKind != 0) {
      d0 = f32x4.mul(d0, v128.load(slopes + at));
      d1 = f32x4.mul(d1, v128.load(slopes + at + 16));
      v128.store(back + at, d0);
      v128.store(back + at + 16, d1);
    }
    add(c + ((<usize>k) << 2), f32x4.add(d0, d1));
  }
  for (let i = 0; i < n; i++) {
    const x0 = v128.load(x + <usize>i * acrossFeatures);
    const x1 = v128.load(x + <usize>i * acrossFeatures + 16);
    if (!v128.any_true(v128.or(x0, x1))) continue;
    const column = V + <usize>i * stride;
    for (let k = 0; k < m; k++) {
      const at = (<usize>k) << 5;
      add(
        column + ((<usize>k) << 2),
        f32x4.add(f32x4.mul(x0, v128.load(back + at)), f32x4.mul(x1, v128.load(back + at + 16))),
      );
    }
  }
}

/** Add what eight rows have of loss and gradient; x: the first feature of the first of them. Returns the loss. */
export function eightRows(model: usize, x: usize, times: usize): f32 {
  encode(model, x);
  const loss = outputKind == RELU ? decode(true, model, x, times) : decode(false, model, x, times);
  encodeBack(x);
  return loss;
}

/** From sums by lane to the gradient. */
export function gather(): void {
  for (let q: usize = 0; q < size; q += 4) store<f32>(gradient + q, sum(v128.load(lanes + (q << 2))));
}
