import { expect, test } from "vitest";
import { Batch, type Way } from "../src/batch";
import { planned } from "../src/plan";
import { dataOf, Random } from "../src/random";
import type { Features } from "../src/request";
import { ENGINES, five, model } from "./accelerated";

const ROWS = 200_000;
const LIMIT = 4.5;

/** All rows of a world, the empty ones too, in no order. */
function rows(features: Features, way: Way): number[][] {
  const plan = planned({ features, model: model(2), training: { batch: 50_000 } });
  const batch = new Batch(plan.n, plan.batch);
  const random = dataOf({ seed: 7, place: 3 });
  const found: number[][] = [];
  while (found.length < ROWS) {
    batch.draw(plan, 0, random, way);
    for (let row = 0; row < batch.filled; row++) {
      found.push([...batch.x.subarray(row * plan.n, (row + 1) * plan.n)]);
    }
    for (let row = 0; row < batch.empty; row++) found.push(new Array(plan.n).fill(0));
  }
  return found;
}

/** How many standard errors the share of rows that pass is from what it should be. */
function z(found: number[][], expected: number, passes: (row: number[]) => boolean): number {
  const share = found.filter(passes).length / found.length;
  return (share - expected) / Math.sqrt((expected * (1 - expected)) / found.length);
}

const WAYS: Way[] = ["gaps", "entries"];
const DENSITIES = [1, 0.4, 0.1, 0.02, 0.005];

test.each(WAYS)("every feature has its density, by %s", (way) => {
  const found = rows({ n: 5, density: DENSITIES }, way);
  expect(found.every((row) => row[0] !== 0)).toBe(true);
  for (let i = 1; i < 5; i++) {
    expect(Math.abs(z(found, DENSITIES[i], (row) => row[i] !== 0))).toBeLessThan(LIMIT);
  }
});

test.each(WAYS)("features are on independently of each other, by %s", (way) => {
  const found = rows({ n: 4, density: 0.2 }, way);
  for (const [i, j] of [
    [0, 1],
    [1, 3],
    [0, 3],
  ]) {
    expect(Math.abs(z(found, 0.04, (row) => row[i] !== 0 && row[j] !== 0))).toBeLessThan(LIMIT);
  }
  expect(Math.abs(z(found, 0.8 ** 4, (row) => row.every((value) => value === 0)))).toBeLessThan(LIMIT);
});

test.each(WAYS)("magnitudes are uniform from low to high, by %s", (way) => {
  const low = -1;
  const high = 3;
  const values = rows({ n: 3, density: 0.1, low, high }, way)
    .flat()
    .filter((value) => value !== 0);
  const unit = values.map((value) => (value - low) / (high - low));
  expect(Math.min(...unit.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
  expect(Math.max(...unit.slice(0, 50_000))).toBeLessThanOrEqual(1);
  for (const power of [1, 2, 3, 4]) {
    const mean = unit.reduce((sum, value) => sum + value ** power, 0) / unit.length;
    const variance = 1 / (2 * power + 1) - 1 / (power + 1) ** 2;
    expect(Math.abs(mean - 1 / (power + 1)) / Math.sqrt(variance / unit.length)).toBeLessThan(LIMIT);
  }
});

test.each(WAYS)("correlated features are on together, with magnitudes of their own, by %s", (way) => {
  const found = rows({ n: 3, density: 0.3, correlated: [[0, 2]] }, way);
  expect(found.every((row) => (row[0] !== 0) === (row[2] !== 0))).toBe(true);
  expect(Math.abs(z(found, 0.3, (row) => row[0] !== 0))).toBeLessThan(LIMIT);
  expect(Math.abs(z(found, 0.15, (row) => row[0] > row[2]))).toBeLessThan(LIMIT);
});

test.each(WAYS)("of anticorrelated features one is on, each as often, by %s", (way) => {
  const found = rows({ n: 4, density: 0.6, anticorrelated: [[0, 1, 3]] }, way);
  const on = (row: number[]) => [0, 1, 3].filter((i) => row[i] !== 0).length;
  expect(found.every((row) => on(row) <= 1)).toBe(true);
  for (const i of [0, 1, 3]) expect(Math.abs(z(found, 0.2, (row) => row[i] !== 0))).toBeLessThan(LIMIT);
  expect(Math.abs(z(found, 0.6, (row) => row[2] !== 0))).toBeLessThan(LIMIT);
});

test("rows that are drawn by gaps are counted as those drawn entry by entry are distributed", () => {
  const counts = WAYS.map((way) => {
    const histogram = new Array(6).fill(0);
    for (const row of rows({ n: 5, density: 0.15 }, way)) histogram[row.filter((value) => value !== 0).length]++;
    return histogram;
  });
  const [gaps, entries] = counts;
  const chi = gaps.reduce((sum, count, k) => sum + (count - entries[k]) ** 2 / Math.max(1, count + entries[k]), 0);
  expect(chi).toBeLessThan(25);
});

test("given rows lose nothing but their empty ones", () => {
  const batch = new Batch(2, 4);
  batch.take([0, 0, 1, 0, 0, 0, 0, -2], 0);
  expect([...batch.x.subarray(0, 4)]).toEqual([1, 0, 0, -2]);
  expect([batch.filled, batch.empty]).toEqual([2, 2]);
  batch.take([9, 9, 0, 0, 0, 0, 0, 0, 3, 4], 2);
  expect([...batch.x.subarray(0, 4)]).toEqual([3, 4, 0, 0]);
});

// With a linear model whose weights are 0, the loss is Σ_i I_i E x_i², and the gradient of b is −2 I_i E x_i.
test.each(ENGINES)("what %s draws has the world's moments, by either way", async (_, make) => {
  const density = [[1, 0.5, 0.2, 0.05, 0.01]];
  const request = {
    ...five({ density, low: 1, high: 2 }, { batch: 4096, schedule: "constant" }),
    model: model(2, "linear"),
  };
  for (const way of WAYS) {
    const engine = await make(request, way);
    const zero = Object.fromEntries(Object.entries(engine.weights()).map(([name, w]) => [name, w.fill(0)]));
    const losses: number[] = [];
    for (let step = 0; step < 300; step++) {
      engine.load(zero);
      engine.advance();
      losses.push(engine.loss[0]);
    }
    const mean = losses.reduce((a, b) => a + b) / losses.length;
    const spread = Math.sqrt(losses.reduce((a, b) => a + (b - mean) ** 2, 0) / losses.length ** 2);
    expect(Math.abs(mean - (7 / 3) * 1.76) / spread).toBeLessThan(LIMIT);
  }
});

// A model that outputs −x₁ for feature 0, all that matters, has the loss E (x₀ + x₁)² = 2 E x² + 2 E x₀x₁.
test.each(
  ENGINES.flatMap(([name, make]) => [
    { name, make, sets: { correlated: [[0, 1]] }, second: 0.3 / 3, cross: 0.3 / 4 },
    { name, make, sets: { anticorrelated: [[1, 0, 2]] }, second: 0.1 / 3, cross: 0 },
    { name, make, sets: {}, second: 0.3 / 3, cross: 0.09 / 4 },
  ]),
)("$name draws features of $sets together", async ({ make, sets, second, cross }) => {
  const features = { n: 3, density: 0.3, importance: [1, 0, 0], ...sets };
  const untied = { ...model(1, "linear"), tied: false };
  const engine = await make({ features, model: untied, training: { batch: 60_000, lr: 1e-30 } });
  engine.load({ W1: Float32Array.of(0, 1, 0), W2: Float32Array.of(-1, 0, 0) });
  const losses = Array.from({ length: 20 }, () => {
    engine.advance();
    return engine.loss[0];
  });
  const mean = losses.reduce((a, b) => a + b) / losses.length;
  const spread = Math.sqrt(losses.reduce((a, b) => a + (b - mean) ** 2, 0) / losses.length ** 2);
  expect(Math.abs(mean - 2 * second - 2 * cross) / spread).toBeLessThan(LIMIT);
});

test("words of the generator are spread evenly", () => {
  const random = new Random(0, 0, 0);
  const counts = new Array(32).fill(0);
  for (let k = 0; k < 100_000; k++) {
    const word = random.word();
    for (let bit = 0; bit < 32; bit++) counts[bit] += (word >>> bit) & 1;
  }
  for (const count of counts) expect(Math.abs(count - 50_000) / Math.sqrt(25_000)).toBeLessThan(LIMIT);
});

test("streams of a model, of its neighbours and of other seeds differ", () => {
  const origins = [0, 1, 2 ** 40].flatMap((seed) => [0, 1, 2].map((place) => ({ seed, place })));
  const first = origins.flatMap((origin) => [0, 1, 2, 3].map((lane) => dataOf(origin, lane).word()));
  expect(new Set(first).size).toBe(first.length);
});
