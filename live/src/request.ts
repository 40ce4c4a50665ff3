/** What is asked for, in the words of `tsup.Features`, the model's equation and `tsup.Training`, as JSON. */

import type { Name } from "./activations";

/** A number; one a feature, (n,); or (model, n), (model, 1) or (1, n). */
export type Values = number | number[] | number[][];

export interface Features {
  n: number;
  density: Values;
  importance?: Values;
  correlated?: number[][];
  anticorrelated?: number[][];
  low?: number;
  high?: number;
}

/** y' = f(Wᵤ g(V x + c) + b): f is the output's activation, g the hidden one. */
export interface Model {
  hidden: number;
  tied: boolean;
  hidden_activation: Name;
  output_activation: Name;
  bias: boolean;
  hidden_bias: boolean;
  target: "identity" | "absolute";
}

export type Schedule = "constant" | "linear" | "cosine";

export interface Training {
  steps?: number;
  batch?: number;
  lr?: number | number[];
  schedule?: Schedule;
  warmup?: number | null;
  weight_decay?: number;
  scale?: number;
  seed?: number | number[];
}

export interface Request {
  features: Features;
  model: Model;
  training?: Training;
}

/** What may change while models train. A new seed is a new start. */
export interface Changes {
  density?: Values;
  importance?: Values;
  lr?: number | number[];
  seed?: number | number[];
}

const relu: Omit<Model, "hidden"> = {
  tied: true,
  hidden_activation: "linear",
  output_activation: "relu",
  bias: true,
  hidden_bias: false,
  target: "identity",
};

/** The kinds of model that the paper has. */
export const KINDS: Record<string, Omit<Model, "hidden">> = {
  linear: { ...relu, output_activation: "linear" },
  "relu-output": relu,
  "relu-hidden": { ...relu, hidden_activation: "relu" },
  "absolute-value": { ...relu, tied: false, hidden_activation: "relu", target: "absolute" },
};
