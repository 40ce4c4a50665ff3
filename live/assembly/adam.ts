/** Adam with decoupled weight decay on one model, as `src/adam.ts` has it. */

import { first, gradient, second, size } from "./shape";

/** rate: over the first moment's correction. kept: what decay leaves of a weight. behind: over the second's. */
export function update(model: usize, rate: f32, kept: f32, behind: f32): void {
  const a = f32x4.splat(0.1);
  const b = f32x4.splat(0.999);
  const rest = f32x4.splat(0.001);
  const over = f32x4.splat(behind);
  for (let q: usize = 0; q < size; q += 16) {
    const g = v128.load(gradient + q);
    let mean = v128.load(model + first + q);
    mean = f32x4.add(mean, f32x4.mul(a, f32x4.sub(g, mean)));
    const square = f32x4.add(f32x4.mul(b, v128.load(model + second + q)), f32x4.mul(rest, f32x4.mul(g, g)));
    v128.store(model + first + q, mean);
    v128.store(model + second + q, square);
    const width = f32x4.add(f32x4.sqrt(f32x4.mul(square, over)), f32x4.splat(1e-8));
    const weight = f32x4.mul(f32x4.splat(kept), v128.load(model + q));
    v128.store(model + q, f32x4.sub(weight, f32x4.div(f32x4.mul(f32x4.splat(rate), mean), width)));
  }
}
