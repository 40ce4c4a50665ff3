import bytes from "accelerator";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accelerator } from "../src/accelerator";
import type { Lesson, Scene, Settings } from "../src/lesson";
import { Desk, stride } from "../src/panel/desk";
import { Leader } from "../src/panel/leader";
import { changedSettings, defaults } from "../src/settings";
import { lesson } from "./lesson";

vi.mock("worker-source", async () => ({ source: "", ...(await import("../src/session")) }));

beforeEach(() => {
  accelerator.bytes = bytes;
  vi.stubGlobal("Worker", undefined);
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("navigator", { hardwareConcurrency: 2 });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { hidden: false }));
  vi.stubGlobal("requestAnimationFrame", (call: () => void) => setTimeout(call, 1));
});

afterEach(() => vi.unstubAllGlobals());

function desked(given: Lesson = { ...lesson, full: true }) {
  const scenes: Scene[] = [];
  const places: number[] = [];
  const troubles: string[] = [];
  let settings = defaults(given);
  const listener = {
    scene(place: number, one: Scene) {
      places.push(place);
      scenes.push(one);
    },
    trouble: (one: string) => troubles.push(one),
  };
  const desk = new Desk(given, settings, listener);
  const set = (changes: Settings) => {
    const next = changedSettings(given, settings, changes);
    desk.set(next);
    settings = next;
  };
  return { desk, set, scenes, places, troubles, last: () => scenes.at(-1) as Scene };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

test("nothing is begun before it is asked for", () => {
  const { desk, set } = desked();
  set({ density: 0.2 });
  expect(desk.begun).toBe(false);
  desk.close();
});

test("it trains to the end, and on from there where the schedule has none", async () => {
  const { desk, scenes, last } = desked();
  desk.train();
  expect(desk.running).toBe(true);
  await until(() => expect(last()).toMatchObject({ step: 300, running: false }));
  expect(desk.done).toBe(true);
  expect(last().share[last().best]).toBeLessThan(0.9);
  expect(scenes[0].step).toBe(0);
  desk.train();
  await until(() => expect(last().step).toBe(600));
  desk.reset();
  await until(() => expect(last().step).toBe(0));
  expect(desk.running).toBe(false);
  desk.close();
});

test("to be watched, it shows the first updates one by one, and later more at once", async () => {
  let now = 0;
  vi.stubGlobal("performance", { now: () => now++ });
  const { desk, scenes, last } = desked(lesson);
  desk.train();
  await until(() => expect(last()).toMatchObject({ step: 300, running: false }));
  const steps = [...new Set(scenes.map(({ step }) => step))];
  expect(steps.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(steps.length).toBeGreaterThan(40);
  expect((steps.at(-2) as number) - (steps.at(-3) as number)).toBeGreaterThan(8);
  desk.close();
});

test("where pictures are slow, each shows as many more updates, up to a second's worth", () => {
  expect([0, 10, 40].map((elapsed) => stride(0, elapsed))).toEqual([1, 1, 1]);
  expect(stride(0, 330)).toBe(10);
  expect(stride(999, 33)).toBe(60);
  expect(stride(999, 66)).toBe(124);
  expect(stride(999, 1e9)).toBe(stride(999, 990));
});

test("settings change while it trains; what makes another training goes on from its start", async () => {
  const { desk, set, scenes, last } = desked({ ...lesson, full: true, requests: [long()] });
  desk.train();
  await until(() => expect(scenes.length).toBeGreaterThan(3));
  set({ density: 0.9 });
  await until(() => expect(last().plan.density[0]).toBe(0.9));
  expect(desk.running).toBe(true);
  const { step } = last();
  set({ n: 8 });
  await until(() => expect(last().weights.W).toHaveLength(2 * 2 * 8));
  expect(last().step).toBeLessThan(step);
  await until(() => expect(last().step).toBeGreaterThan(0));
  expect(desk.running).toBe(true);
  expect(() => set({ hidden: 9 })).toThrow("hidden must be in 1 … n = 8, got 9");
  expect(desk.running).toBe(true);
  desk.pause();
  await until(() => expect(last().running).toBe(false));
  const seen = [...last().weights.W];
  set({ seed: 2 });
  await until(() => expect([...last().weights.W]).not.toEqual(seen));
  expect(last()).toMatchObject({ step: 0, running: false });
  desk.close();
});

const long = () => ({ ...lesson.requests[0], training: { ...lesson.requests[0].training, steps: 1_000_000 } });

test("what was trained to its end trains on when something changes", async () => {
  const { desk, set, last } = desked();
  desk.train();
  await until(() => expect(last().step).toBe(300));
  set({ density: 0.5 });
  expect(desk.running).toBe(true);
  await until(() => expect(last()).toMatchObject({ step: 600, running: false }));
  desk.close();
});

test("a control that begins one request anew trains that one, and leaves the others", async () => {
  const [control] = lesson.controls;
  const { desk, set, scenes, places } = desked({
    ...{ ...lesson, full: true, requests: [lesson.requests[0], lesson.requests[0]] },
    controls: [{ ...control, of: 1, anew: true }],
  });
  for (const density of [0.3, 0.2]) {
    set({ "density-1": density });
    expect(desk.running).toBe(true);
    await until(() => {
      expect(scenes.at(-1)?.plan.density[0]).toBe(density);
      expect(scenes.at(-1)).toMatchObject({ step: 300, running: false });
    });
  }
  expect(new Set(places)).toEqual(new Set([1]));
  expect(scenes.filter(({ step }) => step === 0)).toHaveLength(2);
  expect(desk.done).toBe(false);
  desk.train();
  await until(() => expect(desk.done).toBe(true));
  desk.close();
});

test("a step is one update", async () => {
  const { desk, last } = desked();
  desk.advance();
  await until(() => expect(last()).toMatchObject({ step: 1, running: false }));
  desk.advance();
  await until(() => expect(last().step).toBe(2));
  desk.close();
});

test("a training that diverges rests, and begins anew when it is asked to train", async () => {
  const { desk, set, troubles, last } = desked();
  set({ lr: 1e30 });
  desk.train();
  await until(() => expect(troubles[0]).toMatch(/lr = 1e\+30 may be too large$/));
  expect(desk.running).toBe(false);
  set({ lr: 0.01 });
  desk.train();
  await until(() => expect(last()).toMatchObject({ step: 300, running: false }));
  expect(troubles).toHaveLength(1);
  desk.close();
});

test("the model that is shown is kept until another is clearly better", () => {
  const leader = new Leader();
  expect(leader.of(1, Float64Array.of(0.5, 0.4))).toBe(1);
  expect(leader.of(2, Float64Array.of(0.38, 0.4))).toBe(1);
  expect(leader.of(3, Float64Array.of(0, 0.4))).toBe(0);
  expect(leader.of(0, Float64Array.of(Number.NaN, Number.NaN))).toBe(0);
});
