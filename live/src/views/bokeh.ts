/** What is used of BokehJS, which the page has. */

import type { Touch } from "./view";

export interface Source {
  name: string | null;
  data: Record<string, unknown>;
  setv(values: object, options: { silent: boolean }): void;
  change: { emit(): void };
}

export interface Axis {
  ticker: { ticks?: number[] };
}

export interface Figure {
  type: string;
  renderers: { data_source?: Source }[];
  x_range: { start: number; end: number };
  y_range: { start: number; end: number };
  below: Axis[];
  left: Axis[];
  on_event(event: string, call: (touch: Touch) => void): void;
}

export interface BokehDocument {
  _all_models: Map<string, unknown>;
  get_model_by_name(name: string): unknown;
}

/** The source of a name, or null. */
export const sourceIn = (document: BokehDocument, name: string): Source | null =>
  document.get_model_by_name(name) as Source | null;

/** The panel that shows a source, or nothing. */
export function figureOf(document: BokehDocument, source: Source): Figure | undefined {
  for (const model of document._all_models.values()) {
    const one = model as Figure;
    if (one.type === "Figure" && one.renderers.some(({ data_source }) => data_source === source)) return one;
  }
  return undefined;
}
