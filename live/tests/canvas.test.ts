import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Lesson, Scene } from "../src/lesson";
import { planned } from "../src/plan";
import { Canvas } from "../src/views/canvas";
import { model } from "./accelerated";
import { lesson } from "./lesson";

let seen: (visible: boolean) => void;
let calm = false;

beforeEach(() => {
  calm = false;
  vi.stubGlobal("matchMedia", () => ({ matches: calm }));
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(call: (entries: object[]) => void) {
        seen = (isIntersecting) => call([{ isIntersecting }]);
      }
      observe() {}
      disconnect() {}
    },
  );
});

afterEach(() => vi.unstubAllGlobals());

class Source {
  changes = 0;
  change = { emit: () => this.changes++ };
  constructor(public data: Record<string, unknown>) {}
  setv({ data }: { data: Record<string, unknown> }) {
    this.data = data;
  }
}

function shown(views: Lesson["views"], sources: Record<string, Source>) {
  const document = { _all_models: new Map(), get_model_by_name: (name: string) => sources[name] ?? null };
  const woken = vi.fn(() => Promise.resolve(document));
  const canvas = new Canvas({ ...lesson, views }, woken as never, vi.fn(), vi.fn(), {} as Element);
  return { canvas, woken };
}

function scene(W: number[], running = true): Scene {
  const plan = planned({ features: { n: 2, density: 0.5 }, model: model(1) });
  const [loss, share] = [Float64Array.of(0.1), Float64Array.of(0.5)];
  const rest = { step: 1, pace: 1, engine: "", best: 0, settings: {} };
  return { ...rest, running, plan, loss, share, weights: { W: Float32Array.from(W), b: new Float32Array(2) } };
}

const GRAM = [{ kind: "model", of: 0, name: "gram", prefix: "here-" }];

test("an image is written into the one that is there, and nothing is drawn before it can be seen", async () => {
  const image = Object.assign(new Float32Array(4), { shape: [2, 2] });
  const source = new Source({ image: [image], x: [0] });
  const { canvas, woken } = shown(GRAM, { "here-gram-products": source });
  canvas.show(0, scene([1, 2]));
  expect(woken).not.toHaveBeenCalled();
  seen(true);
  await vi.waitFor(() => expect(source.changes).toBe(1));
  expect([...image]).toEqual([1, 2, 2, 4]);
  expect((source.data.image as unknown[])[0]).toBe(image);
  seen(false);
  canvas.show(0, scene([3, 0]));
  expect(source.changes).toBe(1);
  seen(true);
  expect([...image]).toEqual([9, 0, 0, 0]);
  expect(woken).toHaveBeenCalledTimes(1);
});

test("an image of another size takes the place of the one that was there", async () => {
  const source = new Source({ image: [Object.assign(new Float32Array(9), { shape: [3, 3] })] });
  const { canvas } = shown(GRAM, { "here-gram-products": source });
  seen(true);
  canvas.show(0, scene([1, 2]));
  await vi.waitFor(() => expect(source.changes).toBe(1));
  expect((source.data.image as Float32Array[][])[0].map((row) => [...row])).toEqual([
    [1, 2],
    [2, 4],
  ]);
});

test("where little motion is wanted, pictures are rare while it trains, and the last is drawn", async () => {
  calm = true;
  const source = new Source({ image: [] });
  const { canvas } = shown(GRAM, { "here-gram-products": source });
  seen(true);
  canvas.show(0, scene([1, 1]));
  await vi.waitFor(() => expect(source.changes).toBe(1));
  canvas.show(0, scene([2, 2]));
  expect(source.changes).toBe(1);
  canvas.show(0, scene([3, 3], false));
  expect(source.changes).toBe(2);
});

test("a view that is not known is refused", () => {
  expect(() => shown([{ kind: "portrait", of: 0 }], {})).toThrow(/^view must be one of .*, got portrait$/);
});
