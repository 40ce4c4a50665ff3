/** Loss and gradient of eight rows of a model with one hidden dimension and no hidden activation: `rows.ts` in registers. */

import { activate, RELU, sum, through } from "./functions";
import { absolute, acrossFeatures, b, c, importance, lanes, n, outputKind, stride, U, V } from "./shape";

/** Add to the sums by lane of a place in the gradient. */
// @inline
function add(place: usize, value: v128): void {
  const at = lanes + (place << 2);
  v128.store(at, f32x4.add(v128.load(at), value));
}

/** As `eightRows`. */
export function eightOfOne(model: usize, x: usize, times: usize): f32 {
  return outputKind == RELU ? eight(true, model, x, times) : eight(false, model, x, times);
}

// @inline
function eight(relu: bool, model: usize, x: usize, times: usize): f32 {
  let h0 = v128.load32_splat(model + c);
  let h1 = h0;
  for (let i = 0, value = x; i < n; i++, value += acrossFeatures) {
    const v = v128.load32_splat(model + V + <usize>i * stride);
    h0 = f32x4.add(h0, f32x4.mul(v, v128.load(value)));
    h1 = f32x4.add(h1, f32x4.mul(v, v128.load(value + 16)));
  }
  const t0 = v128.load(times);
  const t1 = v128.load(times + 16);
  let loss = f32x4.splat(0);
  let back0 = loss;
  let back1 = loss;
  for (let i = 0, value = x; i < n; i++, value += acrossFeatures) {
    const at = (<usize>i) << 2;
    const column = U + <usize>i * stride;
    const u = v128.load32_splat(model + column);
    const bias = v128.load32_splat(model + b + at);
    const z0 = f32x4.add(bias, f32x4.mul(u, h0));
    const z1 = f32x4.add(bias, f32x4.mul(u, h1));
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
    add(b + at, f32x4.add(d0, d1));
    add(column, f32x4.add(f32x4.mul(d0, h0), f32x4.mul(d1, h1)));
    back0 = f32x4.add(back0, f32x4.mul(u, d0));
    back1 = f32x4.add(back1, f32x4.mul(u, d1));
  }
  add(c, f32x4.add(back0, back1));
  for (let i = 0, value = x; i < n; i++, value += acrossFeatures) {
    const down = f32x4.mul(back0, v128.load(value));
    add(V + <usize>i * stride, f32x4.add(down, f32x4.mul(back1, v128.load(value + 16))));
  }
  return sum(loss);
}
