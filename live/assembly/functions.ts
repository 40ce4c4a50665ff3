/** Functions of four numbers at once, in single precision, after Cephes; activations by the numbers of `NAMES`. */

function horner6(r: v128, a: f32, b: f32, c: f32, d: f32, e: f32, f: f32): v128 {
  let p = f32x4.add(f32x4.mul(f32x4.splat(a), r), f32x4.splat(b));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(c));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(d));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(e));
  return f32x4.add(f32x4.mul(p, r), f32x4.splat(f));
}

export function exp(z: v128): v128 {
  const bounded = f32x4.max(f32x4.min(z, f32x4.splat(88)), f32x4.splat(-87));
  const power = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(Mathf.LOG2E)));
  let r = f32x4.sub(bounded, f32x4.mul(power, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(power, f32x4.splat(2.1219444e-4)));
  const p = horner6(r, 1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 0.5);
  const mantissa = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(power), i32x4.splat(127)), 23);
  return f32x4.mul(mantissa, exponent);
}

/** The natural logarithm of normal numbers above 0. */
// @inline
export function log(u: v128): v128 {
  let power = i32x4.sub(i32x4.shr_u(u, 23), i32x4.splat(126));
  let r = v128.or(v128.and(u, i32x4.splat(0x007fffff)), f32x4.splat(0.5));
  const small = f32x4.lt(r, f32x4.splat(Mathf.SQRT1_2));
  power = i32x4.add(power, small);
  r = f32x4.sub(f32x4.add(r, v128.and(r, small)), f32x4.splat(1));
  // As log1p, of which so near to 0 fewer terms are enough.
  const s = f32x4.div(r, f32x4.add(r, f32x4.splat(2)));
  const q = f32x4.mul(s, s);
  let p = f32x4.add(f32x4.mul(f32x4.splat(2.0 / 9), q), f32x4.splat(2.0 / 7));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(2.0 / 5));
  p = f32x4.add(f32x4.mul(p, q), f32x4.splat(2.0 / 3));
  const rest = f32x4.mul(s, f32x4.add(f32x4.mul(p, q), f32x4.splat(2)));
  return f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(power), f32x4.splat(Mathf.LN2)), rest);
}

/** log(1 + u) for u in [−½, 1], as 2 artanh(u / (2 + u)). */
function log1p(u: v128): v128 {
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(2)));
  const p = horner6(f32x4.mul(s, s), 2.0 / 13, 2.0 / 11, 2.0 / 9, 2.0 / 7, 2.0 / 5, 2.0 / 3);
  return f32x4.mul(s, f32x4.add(f32x4.mul(f32x4.mul(s, s), p), f32x4.splat(2)));
}

function sigmoid(z: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp(f32x4.neg(z))));
}

/** By the sigmoid away from 0, by a polynomial near it, where that would cancel. */
function tanh(z: v128): v128 {
  const far = f32x4.sub(f32x4.mul(f32x4.splat(2), sigmoid(f32x4.add(z, z))), f32x4.splat(1));
  const q = f32x4.mul(z, z);
  const p = horner6(q, 0, -5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2, 1.33314422036e-1, -3.33332819422e-1);
  const near = f32x4.add(z, f32x4.mul(f32x4.mul(p, q), z));
  return v128.bitselect(near, far, f32x4.lt(f32x4.abs(z), f32x4.splat(0.625)));
}

function bell(z: v128): v128 {
  return f32x4.mul(f32x4.splat(0.39894228), exp(f32x4.mul(f32x4.mul(z, z), f32x4.splat(-0.5))));
}

/** Φ(z), by Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normal(z: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.2316419), f32x4.abs(z))));
  let p = f32x4.add(f32x4.mul(f32x4.splat(1.330274429), t), f32x4.splat(-1.821255978));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(1.781477937));
  p = f32x4.add(f32x4.mul(p, t), f32x4.splat(-0.356563782));
  p = f32x4.mul(f32x4.add(f32x4.mul(p, t), f32x4.splat(0.31938153)), t);
  const tail = f32x4.mul(bell(z), p);
  return v128.bitselect(f32x4.sub(one, tail), tail, f32x4.ge(z, f32x4.splat(0)));
}

function sign(z: v128): v128 {
  const up = v128.and(f32x4.gt(z, f32x4.splat(0)), f32x4.splat(1));
  return f32x4.sub(up, v128.and(f32x4.lt(z, f32x4.splat(0)), f32x4.splat(1)));
}

/** By their number in `NAMES`, with a loop of its own for what is asked for most: a call costs it its registers. */
export const RELU = 1;

// @inline
export function activate(relu: bool, kind: i32, z: v128): v128 {
  return relu ? f32x4.pmax(z, f32x4.splat(0)) : curve(kind, z);
}

/** d times the slope at z. */
// @inline
export function through(relu: bool, kind: i32, z: v128, d: v128): v128 {
  return relu ? v128.and(d, f32x4.gt(z, f32x4.splat(0))) : throughCurve(kind, z, d);
}

export function curve(kind: i32, z: v128): v128 {
  if (kind == 0) return z;
  if (kind == RELU) return f32x4.pmax(z, f32x4.splat(0));
  if (kind == 2) return f32x4.mul(z, normal(z));
  if (kind == 3) return f32x4.mul(z, sigmoid(z));
  if (kind == 4) return f32x4.mul(z, z);
  if (kind == 5) return tanh(z);
  if (kind == 6) return sigmoid(z);
  if (kind == 8) return f32x4.abs(z);
  return f32x4.add(f32x4.max(z, f32x4.splat(0)), log1p(exp(f32x4.neg(f32x4.abs(z)))));
}

export function throughCurve(kind: i32, z: v128, d: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == 0) return d;
  if (kind == RELU) return v128.and(d, f32x4.gt(z, f32x4.splat(0)));
  if (kind == 2) return f32x4.mul(d, f32x4.add(normal(z), f32x4.mul(z, bell(z))));
  if (kind == 4) return f32x4.mul(d, f32x4.add(z, z));
  if (kind == 8) return f32x4.mul(d, sign(z));
  if (kind == 5) {
    const y = tanh(z);
    return f32x4.mul(d, f32x4.sub(one, f32x4.mul(y, y)));
  }
  const s = sigmoid(z);
  if (kind == 7) return f32x4.mul(d, s);
  const rest = f32x4.sub(one, s);
  if (kind == 6) return f32x4.mul(d, f32x4.mul(s, rest));
  return f32x4.mul(d, f32x4.mul(s, f32x4.add(one, f32x4.mul(z, rest))));
}

// @inline
export function sum(a: v128): f32 {
  return f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
}
