/** The activation functions of models by name, each with its slope; the names and formulas of `tsup.activations`. */

export interface Activation {
  value(z: number): number;
  slope(z: number): number;
}

/** In the order of the numbers by which the accelerator knows them. */
export const NAMES = ["linear", "relu", "gelu", "silu", "square", "tanh", "sigmoid", "softplus", "abs"] as const;

export type Name = (typeof NAMES)[number];

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const bell = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** The normal distribution's Φ(z) = ½ + φ(z) (z + z³/3 + z⁵/15 + …), which converges for every z. */
export function normal(z: number): number {
  if (Math.abs(z) > 8) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let k = 3; sum + term !== sum; k += 2) {
    term *= (z * z) / k;
    sum += term;
  }
  return 0.5 + sum * bell(z);
}

export const ACTIVATIONS: Record<Name, Activation> = {
  linear: { value: (z) => z, slope: () => 1 },
  relu: { value: (z) => Math.max(z, 0), slope: (z) => (z > 0 ? 1 : 0) },
  gelu: { value: (z) => z * normal(z), slope: (z) => normal(z) + z * bell(z) },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * sigmoid(-z)) },
  square: { value: (z) => z * z, slope: (z) => 2 * z },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * sigmoid(-z) },
  softplus: { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), slope: sigmoid },
  abs: { value: Math.abs, slope: Math.sign },
};
