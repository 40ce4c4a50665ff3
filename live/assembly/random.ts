/** sfc32 in four lanes, each a stream of its own, and the draws made of it; see `src/random.ts`. */

import { log } from "./functions";
import { exponentials, random, uniforms } from "./shape";

const HELD = 32;
const UNIT: f32 = 5.9604644775390625e-8;

let a: v128 = i32x4.splat(0);
let b: v128 = i32x4.splat(0);
let c: v128 = i32x4.splat(0);
let counter: v128 = i32x4.splat(0);
let exponentialsUsed: usize = 0;
let uniformsUsed: usize = 0;

/** Go on with a model's own streams; draws held for another model are dropped. */
export function resume(model: usize): void {
  const state = model + random;
  a = v128.load(state);
  b = v128.load(state + 16);
  c = v128.load(state + 32);
  counter = v128.load(state + 48);
  exponentialsUsed = HELD;
  uniformsUsed = HELD;
}

export function keep(model: usize): void {
  const state = model + random;
  v128.store(state, a);
  v128.store(state + 16, b);
  v128.store(state + 32, c);
  v128.store(state + 48, counter);
}

/** Draws so many times four uniform numbers in [0, 1), of 24 bits, each to where it goes; the state stays in registers. */
export function units(at: usize, count: i32): void {
  let a_ = a;
  let b_ = b;
  let c_ = c;
  let counter_ = counter;
  for (const end = at + ((<usize>count) << 4); at < end; at += 16) {
    const sum = i32x4.add(i32x4.add(a_, b_), counter_);
    counter_ = i32x4.add(counter_, i32x4.splat(1));
    a_ = v128.xor(b_, i32x4.shr_u(b_, 9));
    b_ = i32x4.add(c_, i32x4.shl(c_, 3));
    c_ = i32x4.add(v128.or(i32x4.shl(c_, 21), i32x4.shr_u(c_, 11)), sum);
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(sum, 8)), f32x4.splat(UNIT)));
  }
  a = a_;
  b = b_;
  c = c_;
  counter = counter_;
}

function moreUniforms(): void {
  units(uniforms, HELD / 4);
  uniformsUsed = 0;
}

function moreExponentials(): void {
  units(exponentials, HELD / 4);
  for (let q: usize = 0; q < 4 * HELD; q += 16) {
    const u = f32x4.add(v128.load(exponentials + q), f32x4.splat(UNIT / 2));
    v128.store(exponentials + q, f32x4.neg(log(u)));
  }
  exponentialsUsed = 0;
}

/** A uniform draw in [0, 1), of 24 bits. */
// @inline
export function uniform(): f32 {
  if (uniformsUsed == HELD) moreUniforms();
  return load<f32>(uniforms + (uniformsUsed++ << 2));
}

/** A draw of the exponential distribution of mean 1: −log u, with u an odd multiple of 2⁻²⁵. */
// @inline
export function exponential(): f32 {
  if (exponentialsUsed == HELD) moreExponentials();
  return load<f32>(exponentials + (exponentialsUsed++ << 2));
}
