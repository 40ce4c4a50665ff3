/**
 * Loss and gradient of a model without hidden activation in the space of its features: z = G x + e with G = U V and
 * e = U c + b, so that a row costs as much as it has active features. S gathers Σ x_j ∂/∂z_i, of which the gradient is
 * S's product with the weights. G and S are transposed: a row belongs to an active feature, four outputs are lanes.
 */

import { activate, RELU, sum, through } from "./functions";
import {
  absolute,
  active,
  b,
  c,
  constant,
  gradient,
  gram,
  hiddenBias,
  importance,
  outer,
  outputKind,
  stride,
  turned,
  U,
  V,
  width,
  z,
} from "./shape";

/** out[q, k] += Σ_l a[q, l] b[l, k], four rows at a time; how many of each is in bytes, a multiple of 16. */
function multiply(
  out: usize,
  rows: usize,
  columns: usize,
  a: usize,
  across: usize,
  along: usize,
  b: usize,
  inner: usize,
): void {
  for (let q: usize = 0; q < rows; q += 16) {
    for (let k: usize = 0; k < columns; k += 16) {
      let a0 = a;
      const o = out + k;
      const o1 = o + columns;
      const o2 = o1 + columns;
      const o3 = o2 + columns;
      let s0 = v128.load(o);
      let s1 = v128.load(o1);
      let s2 = v128.load(o2);
      let s3 = v128.load(o3);
      let p = b + k;
      for (let l: usize = 0; l < inner; l += 4) {
        const value = v128.load(p);
        s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(a0), value));
        s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(a0 + across), value));
        s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(a0 + 2 * across), value));
        s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(a0 + 3 * across), value));
        p += columns;
        a0 += along;
      }
      v128.store(o, s0);
      v128.store(o1, s1);
      v128.store(o2, s2);
      v128.store(o3, s3);
    }
    out += 4 * columns;
    a += 4 * across;
  }
}

/** y = a + s b */
// @inline
function add(y: usize, a: usize, s: f32, b: usize, size: usize): void {
  const factor = f32x4.splat(s);
  for (const end = y + size; y < end; y += 16) {
    v128.store(y, f32x4.add(v128.load(a), f32x4.mul(factor, v128.load(b))));
    a += 16;
    b += 16;
  }
}

/** Make ready for the rows of a model. */
export function beginGram(model: usize): void {
  memory.fill(gram, 0, width * (width >> 2));
  memory.fill(outer, 0, width * (width >> 2));
  for (let i: usize = 0; i < width; i += 4) {
    for (let k: usize = 0; k < stride; k += 4) {
      store<f32>(turned + k * (width >> 2) + i, load<f32>(model + U + (i >> 2) * stride + k));
    }
  }
  multiply(gram, width, width, model + V, stride, 4, turned, stride);
  memory.copy(constant, model + b, width);
  if (!hiddenBias) return;
  for (let k: usize = 0; k < stride; k += 4) {
    add(constant, constant, load<f32>(model + c + k), turned + k * (width >> 2), width);
  }
}

/** List a row's active features, without a branch that hangs on which of four they are; returns the list's end. */
function list(x: usize, size: usize): usize {
  let end = active;
  for (let i: usize = 0; i < size; i += 16) {
    if (!v128.any_true(v128.load(x + i))) continue;
    for (let j = i; j < i + 16; j += 4) {
      const value = load<f32>(x + j);
      store<usize>(end, (j >> 2) * size);
      store<f32>(end, value, 4);
      end += (<usize>(value != 0)) << 3;
    }
  }
  return end;
}

/** Add what a row, met so many times, has; returns the loss. */
export function gramRow(model: usize, x: usize, times: f32): f32 {
  return outputKind == RELU ? row(true, model, x, times) : row(false, model, x, times);
}

// @inline
function row(relu: bool, model: usize, x: usize, times: f32): f32 {
  // Here the compiler keeps what is local, and not what is shared, in registers.
  const size = width;
  const output = z;
  const kind = outputKind;
  const unsigned = absolute;
  const end = list(x, size);
  let from = constant;
  for (let q = active; q < end; q += 8) {
    add(output, from, load<f32>(q, 4), gram + load<usize>(q), size);
    from = output;
  }
  let loss = f32x4.splat(0);
  const weight = f32x4.splat(times);
  let at = output;
  let g = gradient + b;
  let factor = model + importance;
  for (const stop = at + size; at < stop; at += 16) {
    const before = v128.load(from);
    const value = v128.load(x);
    const error = f32x4.sub(activate(relu, kind, before), unsigned ? f32x4.abs(value) : value);
    const weighed = f32x4.mul(f32x4.mul(weight, v128.load(factor)), error);
    loss = f32x4.add(loss, f32x4.mul(weighed, error));
    const down = through(relu, kind, before, weighed);
    v128.store(g, f32x4.add(v128.load(g), down));
    v128.store(at, down);
    from += 16;
    x += 16;
    g += 16;
    factor += 16;
  }
  for (let q = active; q < end; q += 8) {
    const sums = outer + load<usize>(q);
    add(sums, sums, load<f32>(q, 4), output, size);
  }
  return sum(loss);
}

/** The gradient of the weights, from S and that of the bias. */
export function endGram(model: usize): void {
  multiply(gradient + V, width, stride, outer, width, 4, model + U, width);
  multiply(gradient + U, width, stride, outer, 4, width, model + V, width);
  if (!hiddenBias) return;
  for (let i: usize = 0; i < width; i += 4) {
    const down = load<f32>(gradient + b + i);
    const column = (i >> 2) * stride;
    add(gradient + c, gradient + c, down, model + U + column, stride);
    add(gradient + U + column, gradient + U + column, down, model + c, stride);
  }
}
