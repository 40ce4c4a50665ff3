import { expect, test } from "vitest";
import { brief, placeOf, type Scale, STEPS, typed, valueAt } from "../src/panel/number";

const density: Scale = { low: 0.01, high: 1, log: true, whole: false, falls: true };

test("densities fall from left to right, evenly on a logarithmic scale", () => {
  expect(valueAt(density, 0)).toBe(1);
  expect(valueAt(density, STEPS / 2)).toBe(0.1);
  expect(valueAt(density, STEPS)).toBe(0.01);
  for (const value of [1, 0.3, 0.05, 0.01]) expect(valueAt(density, placeOf(density, value))).toBeCloseTo(value, 2);
});

test("whole numbers rise, and what lies outside stands at the nearer end", () => {
  const scale: Scale = { low: 1, high: 11, log: false, whole: true, falls: false };
  expect([0, 40, 59, STEPS].map((place) => valueAt(scale, place))).toEqual([1, 2, 2, 11]);
  expect([0, 1, 2, 50].map((value) => placeOf(scale, value))).toEqual([0, 0, 40, STEPS]);
});

test("numbers are typed with a comma or a point; nothing and words are no numbers", () => {
  expect([" 0,3 ", "1e-2", "7"].map(typed)).toEqual([0.3, 0.01, 7]);
  for (const text of ["", "  ", "much", "1,2,3"]) expect(typed(text)).toBeNaN();
  expect([0.123456, 1234.5, 0.1 + 0.2].map(brief)).toEqual(["0.123", "1230", "0.3"]);
});
