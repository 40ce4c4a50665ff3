import { expect, test } from "vitest";
import { changed, part, planned } from "../src/plan";
import { five, model } from "./accelerated";

const world = (features: object) => five(features);
const training = (words: object) => five({}, words);

test.each([
  [world({ n: 0 }), "n must be a whole number from 1 to 10,000, got 0"],
  [world({ n: 2.5 }), "n must be a whole number from 1 to 10,000, got 2.5"],
  [world({ n: "5" }), 'n must be a whole number from 1 to 10,000, got "5"'],
  [world({ density: 0 }), "density must be in (0, 1], got 0"],
  [world({ density: Number.NaN }), "density must be in (0, 1], got NaN"],
  [world({ density: "0.1" }), "density must be in (0, 1], got NaN"],
  [world({ density: 1.5 }), "density must be in (0, 1], got 1.5"],
  [
    world({ density: [0.1, 0.2] }),
    "density must be a number, 5 numbers, or rows of as many for 1 models, got [0.1,0.2]",
  ],
  [world({ importance: -1 }), "importance must be finite and ≥ 0, got -1"],
  [world({ density: [[0.1], [0.2]], importance: [[1], [1], [1]] }), "importance must have as many models as density"],
  [world({ high: -1 }), "high must be a finite number above low = 0, got -1"],
  [world({ correlated: [[1]] }), "a correlated or anticorrelated set must be ≥ 2 features, got [1]"],
  [world({ correlated: [[0, 5]] }), "a set's feature must be a whole number from 0 to 4, got 5"],
  [world({ correlated: [[0, 1]], anticorrelated: [[1, 2]] }), "a feature may be in one set only, got feature 1 twice"],
  [world({ correlated: [[0, 1]], density: [0.1, 0.2, 0.1, 0.1, 0.1] }), "density must be equal within a set"],
  [training({ lr: Number.NaN }), "lr must be finite and > 0, got NaN"],
  [training({ lr: 0 }), "lr must be finite and > 0, got 0"],
  [training({ lr: [1, 2] }), "lr must be one number, or one for each of 1 models, got [1,2]"],
  [training({ steps: 0 }), "steps must be a whole number from 1 to 1,000,000,000, got 0"],
  [training({ batch: 0 }), "batch must be a whole number from 1 to 65,536, got 0"],
  [training({ schedule: "step" }), 'schedule must be one of constant, linear, cosine, got "step"'],
  [training({ seed: -1 }), "seed must be a whole number from 0"],
  [training({ attack: { share: 0.1 } }), "attack is not among what trains in the page"],
  [{ ...five(), model: { ...model(2), hidden: 0 } }, "hidden must be a whole number from 1 to 10,000, got 0"],
  [{ ...five(), model: { ...model(2), output_activation: "cos" } }, "output_activation must be one of linear, relu"],
])("a bad request is refused in a line: %o", (request, message) => {
  expect(() => planned(request as Parameters<typeof planned>[0])).toThrow(message);
});

test("values broadcast as NumPy's do", () => {
  const plan = planned(world({ density: [[0.1], [0.2]], importance: [1, 2, 3, 4, 5] }));
  expect([...plan.density]).toEqual([...new Array(5).fill(0.1), ...new Array(5).fill(0.2)]);
  expect([...plan.importance]).toEqual([1, 2, 3, 4, 5, 1, 2, 3, 4, 5]);
});

test("a part of a plan keeps each model's own", () => {
  const request = five({ density: [[0.1], [0.2], [0.3]] }, { lr: [1, 2, 3], seed: 4 });
  const plan = part(planned(request), [2, 0]);
  expect(plan.origins).toEqual([
    { seed: 4, place: 2 },
    { seed: 4, place: 0 },
  ]);
  expect([...plan.rates]).toEqual([3, 1]);
  expect([...plan.density.subarray(0, 6)]).toEqual([0.3, 0.3, 0.3, 0.3, 0.3, 0.1]);
});

test("a bad change is refused, and the plan stays", () => {
  const plan = planned(five());
  expect(() => changed(plan, { density: 0 })).toThrow("density must be in (0, 1], got 0");
  expect(() => changed(plan, { lr: Number.NaN })).toThrow("lr must be finite and > 0, got NaN");
  expect(() => changed(plan, { n: 3 } as object)).toThrow("n is not among what changes while models train");
  expect(plan.density[0]).toBe(0.1);
  expect(changed(plan, { importance: [1, 2, 3, 4, 5] }).importance[4]).toBe(5);
});
