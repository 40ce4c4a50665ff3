import { describe, expect, test } from "vitest";
import { Batch } from "../src/batch";
import { changed } from "../src/plan";
import type { Changes } from "../src/request";
import { decay } from "../src/schedule";
import { columns, ENGINES, five, model } from "./accelerated";

const FAST = { steps: 4000, batch: 512, lr: 0.01 };

describe.each(ENGINES)("%s", (_, make) => {
  const trained = async (request: Parameters<typeof make>[0]) => {
    const engine = await make(request);
    while (engine.step < engine.plan.steps) engine.advance();
    return engine;
  };

  test("five features of density .05 in two dimensions are a pentagon", async () => {
    const engine = await trained(five({ density: new Array(4).fill([0.05]) }, FAST));
    const best = engine.loss.indexOf(Math.min(...engine.loss));
    const angles = columns(engine, best)
      .map(([a, b]) => (Math.atan2(b, a) * 180) / Math.PI)
      .sort((a, b) => a - b);
    const gaps = angles.map((angle, i) => (i < 4 ? angles[i + 1] : angles[0] + 360) - angle);
    for (const gap of gaps) expect(Math.abs(gap - 72)).toBeLessThan(3);
  });

  test("at density .25 four are two digons, and one is not kept", async () => {
    const engine = await trained(five({ density: 0.25, importance: [1, 0.9, 0.81, 0.73, 0.66] }, FAST));
    const kept = columns(engine).filter((column) => Math.hypot(...column) > 0.5);
    expect(kept).toHaveLength(4);
    const cosines = kept.flatMap((a, i) =>
      kept.slice(i + 1).map((b) => (a[0] * b[0] + a[1] * b[1]) / (Math.hypot(...a) * Math.hypot(...b))),
    );
    expect(cosines.filter((cosine) => cosine < -0.97)).toHaveLength(2);
    expect(cosines.filter((cosine) => Math.abs(cosine) < 0.2)).toHaveLength(4);
  });

  test("correlated pairs lie side by side, at right angles", async () => {
    const pairs = [
      [0, 1],
      [2, 3],
    ];
    const features = { n: 4, density: 0.05, correlated: pairs };
    const engine = await trained({ features, model: model(2), training: FAST });
    const W = columns(engine);
    for (const [i, j] of pairs) expect(Math.abs(W[i][0] * W[j][0] + W[i][1] * W[j][1])).toBeLessThan(0.15);
    for (const column of W) expect(Math.hypot(...column)).toBeGreaterThan(0.8);
  });

  test("a model trains as it would alone", async () => {
    const density = [[0.02], [0.3], [1]];
    const together = await trained(five({ density }, { steps: 20, batch: 64 }));
    const first = await trained(five({ density: density.slice(0, 2) }, { steps: 20, batch: 64 }));
    expect([...first.weights().W]).toEqual([...together.weights().W.subarray(0, 20)]);
    expect([...first.loss]).toEqual([...together.loss.subarray(0, 2)]);
  });

  test("the same seed gives the same models, another seed others", async () => {
    const [one, again, other] = await Promise.all([1, 1, 2].map((seed) => trained(five({}, { steps: 5, seed }))));
    expect([...again.weights().W]).toEqual([...one.weights().W]);
    expect([...other.weights().W]).not.toEqual([...one.weights().W]);
    other.change(changed(other.plan, { seed: 1 }));
    other.restart();
    while (other.step < 5) other.advance();
    expect([...other.weights().W]).toEqual([...one.weights().W]);
  });

  test("a restart begins where the models began", async () => {
    const engine = await make(five());
    const start = engine.weights();
    engine.advance();
    expect([...engine.weights().W]).not.toEqual([...start.W]);
    engine.restart();
    expect(engine.weights()).toEqual(start);
    expect(engine.step).toBe(0);
    expect([...engine.loss]).toEqual([Number.NaN]);
  });

  test("settings change while it trains", async () => {
    const frozen = await make(five({}, { lr: 0.01, schedule: "constant" }));
    frozen.advance();
    const change = (changes: Changes) => frozen.change(changed(frozen.plan, changes));
    change({ importance: 0 });
    frozen.advance();
    expect(frozen.loss[0]).toBe(0);
    change({ importance: 1, density: 1 });
    frozen.advance();
    const dense = frozen.loss[0];
    change({ density: 0.01 });
    frozen.advance();
    expect(frozen.loss[0]).toBeLessThan(dense / 10);
  });

  test("own weights are taken and handed out as they are", async () => {
    const features = { n: 3, density: 0.5 };
    const request = { features, model: { ...model(2, "absolute-value"), hidden_bias: true } };
    const engine = await make(request);
    const own = {
      W1: Float32Array.from([1, 2, 3, 4, 5, 6]),
      W2: Float32Array.from([7, 8, 9, 10, 11, 12]),
      b: Float32Array.from([1, 2, 3]),
      b_hidden: Float32Array.from([4, 5]),
    };
    engine.load(own);
    expect(engine.weights()).toEqual(own);
    expect(() => engine.load({ W: own.W1 })).toThrow("start must have weights among W1, W2, b, b_hidden, got W");
    expect(() => engine.load({ b: own.W1 })).toThrow("b of start must have 3 numbers, got 6");
    expect(() => engine.load({ b_hidden: Float32Array.from([1, Number.NaN]) })).toThrow(
      "b_hidden of start must be finite",
    );
  });
});

test("schedules fall as the library's", () => {
  const plan = { steps: 100, warmup: 1, schedule: "cosine" as const };
  expect(decay(plan, 0)).toBe(1);
  expect(decay(plan, 50)).toBeCloseTo(0.5);
  expect(decay({ ...plan, schedule: "linear" }, 75)).toBeCloseTo(0.25);
  expect(decay({ ...plan, schedule: "constant" }, 99)).toBe(1);
  expect(decay({ ...plan, schedule: "constant", warmup: 10 }, 4)).toBeCloseTo(0.5);
});

test("at a hundredth density, nine of ten rows are never built", () => {
  const batch = new Batch(5, 1000);
  batch.take(new Float64Array(5000).fill(1, 0, 5), 0);
  expect([batch.filled, batch.empty]).toEqual([1, 999]);
});
