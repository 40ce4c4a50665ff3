/** What a page is handed: what to train, what shows it, and what a reader may set. */

import type { Weights } from "./layout";
import type { Plan } from "./plan";
import type { Request } from "./request";

/** A setting by the name of its control: a number, or the label of a choice. */
export type Setting = number | string;
export type Settings = Record<string, Setting>;

export interface Control {
  field: string;
  /** The request that it sets; null or nothing for all. */
  of?: number | null;
  /** The feature that it sets, of "feature-density". */
  feature?: number;
  kind: "slider" | "choice";
  label: string;
  value: Setting;
  low?: number;
  high?: number;
  scale?: "linear" | "log";
  whole?: boolean;
  /** Words on what lies left and right. */
  ends?: [string, string];
  /** Of a choice: label to value. */
  options?: Record<string, unknown>;
  /** Whether a change begins its request's training anew. */
  anew?: boolean;
  /** Whether it is out of sight until a reader asks for more. */
  more?: boolean;
}

/** One picture; what else it has depends on its kind. */
export interface ViewOf {
  kind: string;
  of: number;
  /** Before the names of all its sources. */
  prefix?: string;
  [constant: string]: unknown;
}

export interface Lesson {
  name: string;
  requests: Request[];
  views: ViewOf[];
  controls: Control[];
  limits?: Record<string, [number, number]>;
  /** Whether it trains as fast as it can from the beginning; else so that its forming can be watched. */
  full?: boolean;
  words?: { reading?: string };
}

/** The models of one request at one moment. */
export interface Scene {
  step: number;
  running: boolean;
  /** Updates a second; NaN where it does not train. */
  pace: number;
  engine: string;
  plan: Plan;
  /** Of every model, its mean loss since the last moment; NaN at the start. */
  loss: Float64Array;
  /** Of every model, its loss as a share of what a model without features loses; NaN at the start. */
  share: Float64Array;
  weights: Weights;
  /** The model that is shown: it has the least loss of late. */
  best: number;
  settings: Settings;
}
