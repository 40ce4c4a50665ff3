/** Loss and gradient of one row at a time, with four hidden dimensions, or four features, as lanes. */

import { activate, sum, through } from "./functions";
import {
  absolute,
  b,
  back,
  c,
  gradient,
  h,
  hiddenKind,
  importance,
  m,
  n,
  outputKind,
  slopes,
  stride,
  U,
  V,
} from "./shape";

/** y += s z */
function axpy(y: usize, s: f32, z: usize): void {
  const factor = f32x4.splat(s);
  for (let k: usize = 0; k < stride; k += 16) {
    v128.store(y + k, f32x4.add(v128.load(y + k), f32x4.mul(factor, v128.load(z + k))));
  }
}

function encode(model: usize, x: usize): void {
  memory.copy(h, model + c, stride);
  for (let i = 0; i < n; i += 4) {
    if (!v128.any_true(v128.load(x + ((<usize>i) << 2)))) continue;
    for (let j = i; j < i + 4; j++) {
      const value = load<f32>(x + ((<usize>j) << 2));
      if (value != 0) axpy(h, value, model + V + <usize>j * stride);
    }
  }
  if (hiddenKind == 0) return;
  for (let k: usize = 0; k < stride; k += 16) {
    const before = v128.load(h + k);
    v128.store(slopes + k, through(hiddenKind, before, f32x4.splat(1)));
    v128.store(h + k, activate(hiddenKind, before));
  }
  for (let k = (<usize>m) << 2; k < stride; k += 4) {
    store<f32>(h + k, 0);
    store<f32>(slopes + k, 0);
  }
}

/** The products of h and four features' columns. */
function products(u: usize): v128 {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const u2 = u + 2 * stride;
  for (let k: usize = 0; k < stride; k += 16) {
    const value = v128.load(h + k);
    a0 = f32x4.add(a0, f32x4.mul(value, v128.load(u + k)));
    a1 = f32x4.add(a1, f32x4.mul(value, v128.load(u + stride + k)));
    a2 = f32x4.add(a2, f32x4.mul(value, v128.load(u2 + k)));
    a3 = f32x4.add(a3, f32x4.mul(value, v128.load(u2 + stride + k)));
  }
  const p = f32x4.add(v128.shuffle<f32>(a0, a1, 0, 4, 2, 6), v128.shuffle<f32>(a0, a1, 1, 5, 3, 7));
  const r = f32x4.add(v128.shuffle<f32>(a2, a3, 0, 4, 2, 6), v128.shuffle<f32>(a2, a3, 1, 5, 3, 7));
  return f32x4.add(v128.shuffle<f32>(p, r, 0, 1, 4, 5), v128.shuffle<f32>(p, r, 2, 3, 6, 7));
}

function decode(model: usize, x: usize, times: f32): f32 {
  let loss = f32x4.splat(0);
  const weight = f32x4.splat(times);
  memory.fill(back, 0, stride);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const column = <usize>i * stride;
    const z = f32x4.add(products(model + U + column), v128.load(model + b + at));
    const value = v128.load(x + at);
    const error = f32x4.sub(activate(outputKind, z), absolute ? f32x4.abs(value) : value);
    const weighed = f32x4.mul(f32x4.mul(weight, v128.load(model + importance + at)), error);
    loss = f32x4.add(loss, f32x4.mul(weighed, error));
    const down = through(outputKind, z, weighed);
    const on = i32x4.bitmask(f32x4.ne(down, f32x4.splat(0)));
    if (!on) continue;
    const g = gradient + b + at;
    v128.store(g, f32x4.add(v128.load(g), down));
    if (on & 1) descend(model, column, f32x4.extract_lane(down, 0));
    if (on & 2) descend(model, column + stride, f32x4.extract_lane(down, 1));
    if (on & 4) descend(model, column + 2 * stride, f32x4.extract_lane(down, 2));
    if (on & 8) descend(model, column + 3 * stride, f32x4.extract_lane(down, 3));
  }
  return sum(loss);
}

function descend(model: usize, column: usize, down: f32): void {
  axpy(gradient + U + column, down, h);
  axpy(back, down, model + U + column);
}

function encodeBack(x: usize): void {
  for (let k: usize = 0; k < stride; k += 16) {
    let d = v128.load(back + k);
    if (hiddenKind != 0) d = f32x4.mul(d, v128.load(slopes + k));
    v128.store(back + k, d);
    const g = gradient + c + k;
    v128.store(g, f32x4.add(v128.load(g), d));
  }
  for (let i = 0; i < n; i += 4) {
    if (!v128.any_true(v128.load(x + ((<usize>i) << 2)))) continue;
    for (let j = i; j < i + 4; j++) {
      const value = load<f32>(x + ((<usize>j) << 2));
      if (value != 0) axpy(gradient + V + <usize>j * stride, value, back);
    }
  }
}

/** Add what a row, met so many times, has of loss and gradient; returns the loss. */
export function hiddenRow(model: usize, x: usize, times: f32): f32 {
  encode(model, x);
  const loss = decode(model, x, times);
  encodeBack(x);
  return loss;
}
