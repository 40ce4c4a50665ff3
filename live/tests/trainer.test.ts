import bytes from "accelerator";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accelerator } from "../src/accelerator";
import type { Command, Report } from "../src/protocol";
import { Session } from "../src/session";
import { dealt } from "../src/shards";
import { type Frame, Trainer } from "../src/trainer";
import { five } from "./accelerated";

vi.mock("worker-source", async () => ({ source: "", ...(await import("../src/session")) }));

/** A worker whose session runs here; `refuse` makes it fail as where a policy forbids workers. */
class FakeWorker {
  static refuse = false;
  static made: FakeWorker[] = [];
  static commands: Command[] = [];
  onmessage: (event: { data: Report }) => void = () => {};
  onerror: (event: { preventDefault(): void }) => void = () => {};
  step = 0;
  private session = new Session({
    report: (data) => {
      if (data.say === "frame") this.step = data.step;
      setTimeout(() => this.onmessage({ data }));
    },
    later: (call) => setTimeout(call),
    now: () => performance.now(),
    slice: 2,
  });
  constructor() {
    FakeWorker.made.push(this);
    if (FakeWorker.refuse) setTimeout(() => this.onerror({ preventDefault: () => {} }));
  }
  postMessage(command: Command) {
    FakeWorker.commands.push(command);
    if (!FakeWorker.refuse) this.session.take(structuredClone(command));
  }
  terminate() {
    this.onmessage = () => {};
  }
}

const page = Object.assign(new EventTarget(), { hidden: false });

beforeEach(() => {
  accelerator.bytes = bytes;
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("document", page);
  vi.stubGlobal("requestAnimationFrame", (call: () => void) => setTimeout(call, 5));
  FakeWorker.refuse = false;
  FakeWorker.made = [];
  FakeWorker.commands = [];
  page.hidden = false;
});

afterEach(() => vi.unstubAllGlobals());

const STACK = five({ density: [[0.9], [0.3], [0.1], [0.05], [0.01]] }, { batch: 64, steps: 400, lr: 0.01 });

function trained(request = STACK, options: object = { workers: 2 }) {
  const frames: Frame[] = [];
  const troubles: string[] = [];
  const listener = { frame: (one: Frame) => frames.push(one), trouble: (one: string) => troubles.push(one) };
  const trainer = new Trainer(request, listener, options);
  return { trainer, frames, troubles, last: () => frames.at(-1) as Frame };
}

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 });

test("models are dealt out so that each is in one session", () => {
  expect(dealt(5, 2)).toEqual([
    [0, 2, 4],
    [1, 3],
  ]);
  expect(dealt(2, 8)).toEqual([[0], [1]]);
});

test("workers, however many, and the page train the same models", async () => {
  const found: Frame[] = [];
  for (const workers of [0, 1, 2, 3]) {
    const { trainer, last } = trained(STACK, { workers });
    expect(trainer.workers).toBe(workers);
    trainer.run();
    await until(() => expect(last()).toMatchObject({ step: 400, running: false, engine: "wasm" }));
    found.push(last());
    trainer.close();
  }
  for (const frame of found) expect(frame.weights).toEqual(found[0].weights);
  expect(found[0].weights.W).toHaveLength(50);
});

test("where workers are refused the page trains", async () => {
  FakeWorker.refuse = true;
  const { trainer, last } = trained();
  trainer.run(20);
  await until(() => expect(last()).toMatchObject({ step: 20 }));
  expect(trainer.workers).toBe(0);
  trainer.close();
});

test("where there are no workers at all the page trains", async () => {
  vi.stubGlobal("Worker", undefined);
  const { trainer, last } = trained();
  await until(() => expect(last()).toMatchObject({ step: 0 }));
  expect(trainer.workers).toBe(0);
  trainer.close();
});

test("a pause leaves all models at one step", async () => {
  const { trainer, frames, last } = trained(five({ density: [[1], [0.01]] }, { steps: 100_000 }));
  trainer.run();
  await until(() => expect(frames.length).toBeGreaterThan(4));
  expect(last().running).toBe(true);
  expect(last().pace).toBeGreaterThan(0);
  trainer.pause();
  await until(() => expect(last().running).toBe(false));
  await until(() => expect(FakeWorker.made.map(({ step }) => step)).toEqual([last().step, last().step]));
  const { step } = last();
  trainer.step();
  await until(() => expect(last().step).toBe(step + 1));
  trainer.close();
});

test("frames are never queued: none is drawn before the one before", async () => {
  const { trainer, frames } = trained(five({}, { batch: 8, steps: 100_000 }), { workers: 1 });
  trainer.run();
  await until(() => expect(frames.length).toBeGreaterThan(3));
  const drawn = FakeWorker.commands.filter(({ say }) => say === "drawn");
  expect(Math.abs(drawn.length - frames.length)).toBeLessThanOrEqual(1);
  trainer.close();
});

test("a hidden tab does not train, and goes on when it is seen", async () => {
  const { trainer, frames, last } = trained(five({}, { batch: 8, steps: 1_000_000 }));
  trainer.run();
  await until(() => expect(frames.length).toBeGreaterThan(2));
  const turn = (hidden: boolean) => {
    page.hidden = hidden;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  turn(true);
  expect(FakeWorker.commands.at(-1)).toEqual({ say: "pause" });
  expect(trainer.running).toBe(true);
  turn(false);
  const { step } = last();
  await until(() => expect(last().step).toBeGreaterThan(step));
  trainer.close();
  turn(true);
  expect(FakeWorker.commands.at(-1)).not.toEqual({ say: "pause" });
});

test("settings change while it trains; a new seed is a new start", async () => {
  const { trainer, frames, last } = trained(five({ density: [[0.5], [0.5]] }, { batch: 64, steps: 100_000 }));
  trainer.run();
  await until(() => expect(frames.length).toBeGreaterThan(2));
  expect(() => trainer.set({ density: Number.NaN })).toThrow("density must be in (0, 1], got NaN");
  trainer.set({ importance: 0, lr: 0.1 });
  await until(() => expect([...last().loss]).toEqual([0, 0]));
  const { step } = last();
  trainer.set({ seed: 5, importance: 1 });
  await until(() => expect(last()).toMatchObject({ running: true }));
  await until(() => expect(last().step).toBeLessThan(step));
  await until(() => expect(last().step).toBeGreaterThan(0));
  trainer.close();
});

test("a training that diverges says which model, and rests until it is reset", async () => {
  const { trainer, troubles, last } = trained(five({ density: [[0.5], [0.5]] }, { lr: [1e-3, 1e30], steps: 1000 }));
  trainer.run();
  await until(() => expect(troubles).toHaveLength(1));
  expect(troubles[0]).toMatch(/^model 1 was not finite at step \d+; lr = 1e\+30 may be too large$/);
  expect(trainer.running).toBe(false);
  trainer.set({ lr: 1e-3 });
  trainer.reset();
  trainer.run(30);
  await until(() => expect(last()).toMatchObject({ step: 30, running: false }));
  expect(troubles).toHaveLength(1);
  trainer.close();
});

test("training begins with weights of one's own, and comes back to them", async () => {
  const W = Float32Array.from({ length: 10 }, (_, q) => q / 10);
  const { trainer, last } = trained(five(), { workers: 1, start: { W } });
  await until(() => expect(last().weights.W).toEqual(W));
  trainer.run(10);
  await until(() => expect(last().step).toBe(10));
  trainer.reset();
  await until(() => expect(last().step).toBe(0));
  expect(last().weights.W).toEqual(W);
  trainer.close();
  const { trainer: other, troubles } = trained(five(), { workers: 1, start: { W: W.subarray(1) } });
  await until(() => expect(troubles).toEqual(["W of start must have 10 numbers, got 9"]));
  other.close();
});

test("a bad request is refused before anything is begun", () => {
  expect(() => trained(five({ n: 0 }))).toThrow("n must be a whole number from 1 to 10,000, got 0");
  expect(FakeWorker.made).toEqual([]);
});
