/** Bad input, in one line: the argument, what is allowed, what came. */

export class Refusal extends Error {}

export const shown = (value: unknown): string =>
  typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value)).slice(0, 60);

export function refuse(name: string, allowed: string, got: unknown): never {
  throw new Refusal(`${name} must be ${allowed}, got ${shown(got)}`);
}

/** A whole number in least … most. */
export function whole(name: string, value: unknown, least: number, most: number): number {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    refuse(name, `a whole number from ${least} to ${most.toLocaleString("en")}`, value);
  }
  return value as number;
}

/** A finite number that passes a test. */
export function finite(
  name: string,
  value: unknown,
  allowed = "a finite number",
  passes: (value: number) => boolean = () => true,
): number {
  if (typeof value !== "number" || !Number.isFinite(value) || !passes(value)) {
    refuse(name, allowed, value);
  }
  return value as number;
}

/** One of some names. */
export function oneOf<T>(name: string, value: unknown, names: readonly T[]): T {
  if (!names.includes(value as T)) refuse(name, `one of ${names.join(", ")}`, value);
  return value as T;
}
