/** Numbers as a reader reads and types them. */

/** At most three digits that matter. */
export const brief = (value: number): string => String(Number(value.toPrecision(3)));

export const grouped = (value: number): string => Math.round(value).toLocaleString("en");

/** A typed number, with a comma or a point; NaN for anything else. */
export const typed = (text: string): number =>
  text.trim() === "" ? Number.NaN : Number(text.trim().replace(",", "."));

export interface Scale {
  low: number;
  high: number;
  log: boolean;
  whole: boolean;
  /** Whether the higher values lie left. */
  falls: boolean;
}

/** Steps that a slider has. */
export const STEPS = 400;

/** The value at a slider's place, 0 … STEPS. */
export function valueAt({ low, high, log, whole, falls }: Scale, place: number): number {
  const share = falls ? 1 - place / STEPS : place / STEPS;
  const value = log ? low * (high / low) ** share : low + (high - low) * share;
  return whole ? Math.round(value) : Number(value.toPrecision(3));
}

/** The place of a value, at the nearer end where it lies outside. */
export function placeOf({ low, high, log, falls }: Scale, value: number): number {
  const share = log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const within = Math.min(Math.max(share, 0), 1);
  return Math.round(STEPS * (falls ? 1 - within : within));
}
