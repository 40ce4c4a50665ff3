import bytes from "accelerator";
import { expect, test } from "vitest";
import { changed, type Plan, planned } from "../src/plan";
import type { Report, Shown } from "../src/protocol";
import { Session } from "../src/session";
import { five } from "./accelerated";

/** A session whose clock moves a millisecond a look, and which has its turn when it is given one. */
function stage(plan: Plan, slice = 5) {
  const said: Report[] = [];
  const waiting: (() => void)[] = [];
  let time = 0;
  const session = new Session({
    report: (report) => said.push(report),
    later: (call) => waiting.push(call),
    now: () => ++time,
    slice,
  });
  const turn = (times = 1) => {
    for (let k = 0; k < times; k++) waiting.shift()?.();
  };
  const frames = () => said.filter((one): one is Shown => one.say === "frame");
  const init = (wasm = true) =>
    session.take({ say: "init", generation: 1, plan, bytes: wasm ? bytes : null, start: {} });
  return { session, said, turn, frames, init, waiting };
}

const PLAN = planned(five({}, { batch: 8, steps: 1000, schedule: "constant" }));
const NO_CEILING = Number.POSITIVE_INFINITY;

test("a run does not overtake an init that waits for WebAssembly", async () => {
  const { session, turn, frames, init } = stage(PLAN);
  init();
  const running = session.take({ say: "run", until: 3 });
  expect(frames()).toEqual([]);
  await running;
  turn(9);
  expect(frames().map(({ step, running }) => [step, running])).toEqual([
    [0, false],
    [3, false],
  ]);
  expect(frames()[0].engine).toBe("wasm");
  expect(frames()[0].loss).toEqual(Float64Array.of(Number.NaN));
});

test("no frame is shown before the last was drawn", async () => {
  const { session, turn, frames, init } = stage(PLAN, 40);
  await init();
  await session.take({ say: "run", until: 1000 });
  turn(5);
  expect(frames()).toHaveLength(1);
  await session.take({ say: "drawn", ceiling: NO_CEILING });
  turn(5);
  expect(frames()).toHaveLength(2);
  expect(frames()[1].running).toBe(true);
});

test("a session waits at the ceiling, shows that it is there, and goes on when it is raised", async () => {
  const { session, turn, frames, init, waiting } = stage(PLAN);
  await init();
  await session.take({ say: "run", until: 100 });
  await session.take({ say: "drawn", ceiling: 7 });
  turn(50);
  expect(frames().at(-1)?.step).toBe(7);
  expect(waiting).toEqual([]);
  await session.take({ say: "drawn", ceiling: NO_CEILING });
  turn(100);
  expect(frames().at(-1)?.step).toBe(100);
});

test("pause, step and reset", async () => {
  const { session, turn, frames, init } = stage(PLAN);
  await init();
  await session.take({ say: "run", until: 100 });
  turn(2);
  await session.take({ say: "pause" });
  const paused = frames().at(-1)?.step ?? 0;
  turn(5);
  expect(paused).toBeGreaterThan(0);
  await session.take({ say: "step" });
  expect(frames().at(-1)?.step).toBe(paused + 1);
  await session.take({ say: "reset", generation: 2, start: {} });
  expect(frames().at(-1)).toMatchObject({ step: 0, generation: 2, running: false, weights: frames()[0].weights });
  const own = { b: Float32Array.of(1, 2, 3, 4, 5) };
  await session.take({ say: "reset", generation: 3, start: own });
  expect(frames().at(-1)?.weights.b).toEqual(own.b);
});

test("a loss that is no longer finite stops the training with one line", async () => {
  const { session, said, turn, init } = stage(changed(PLAN, { lr: 1e30 }));
  await init();
  await session.take({ say: "run", until: 100 });
  turn(100);
  expect(said.at(-1)).toMatchObject({ say: "trouble", model: 0 });
  expect(said.at(-1)).toHaveProperty(
    "message",
    expect.stringMatching(/^was not finite at step \d+; lr = 1e\+30 may be too large$/),
  );
  const count = said.length;
  await session.take({ say: "change", plan: PLAN });
  await session.take({ say: "reset", generation: 2, start: {} });
  await session.take({ say: "run", until: 10 });
  turn(20);
  expect(said.at(-1)).toMatchObject({ say: "frame", step: 10 });
  expect(said.length).toBe(count + 2);
});

test.each([
  ["no bytes", null],
  ["bytes that are refused", new Uint8Array([1, 2, 3])],
])("with %s the reference trains", async (_, refused) => {
  const { session, frames } = stage(PLAN);
  await session.take({ say: "init", generation: 1, plan: PLAN, bytes: refused, start: {} });
  expect(frames()[0].engine).toBe("typescript");
});
