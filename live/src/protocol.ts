/**
 * What the page and a session say to each other. A session trains some models of a stack, in a worker or in the page
 * itself; it obeys commands one after the other, so that none overtakes an `init` that still waits for WebAssembly.
 */

import type { Weights } from "./layout";
import type { Plan } from "./plan";

export type EngineKind = "typescript" | "wasm";

/** A generation is a start: whatever is said of an earlier one is out of date. */
export type Command =
  | { say: "init"; generation: number; plan: Plan; bytes: Uint8Array<ArrayBuffer> | null; start: Weights }
  /** Train on, to `until` updates in all. */
  | { say: "run"; until: number }
  | { say: "pause" }
  /** One update, and stop. */
  | { say: "step" }
  /** Back to the start, or to weights of one's own, and stop. */
  | { say: "reset"; generation: number; start: Weights }
  /** Another plan from the next update on. */
  | { say: "change"; plan: Plan }
  /** A frame was drawn, another may come; no update beyond the ceiling before the next. */
  | { say: "drawn"; ceiling: number };

export interface Shown {
  say: "frame";
  generation: number;
  step: number;
  running: boolean;
  engine: EngineKind;
  /** Of every model, its mean over the updates since the last frame; NaN where there were none. */
  loss: Float64Array;
  weights: Weights;
}

/** Training stopped, or did not begin. model: its number in the session, where the message is of one model. */
export interface Trouble {
  say: "trouble";
  generation: number;
  message: string;
  model: number | null;
}

export type Report = Shown | Trouble;
