import { expect, test } from "vitest";
import { planned } from "../src/plan";
import { asked, changedSettings, defaults, fragment, keyOf, linked } from "../src/settings";
import { lesson } from "./lesson";

const own = defaults(lesson);
const plan = (changes: Record<string, number | string>) => planned(asked(lesson, 0, { ...own, ...changes }));

test("a setting is named by its field, request and feature", () => {
  expect(Object.keys(own)).toEqual(["seed", ...lesson.controls.map(keyOf)]);
  expect(own["feature-density-1"]).toBe(0.05);
  expect(keyOf({ field: "density", of: 0, kind: "slider", label: "p", value: 1 })).toBe("density-0");
});

test("settings are put into requests", () => {
  expect([...plan({ density: 0.5, "feature-density-1": 0.1 }).density.slice(0, 5)]).toEqual([0.5, 0.1, 0.5, 0.5, 0.5]);
  expect([...plan({ decay: 0.5 }).importance.slice(0, 3)]).toEqual([1, 0.5, 0.25]);
  expect(plan({ n: 7, models: 3 })).toMatchObject({ n: 7, models: 3 });
  expect(plan({ n: 7, models: 3 }).density).toHaveLength(21);
  expect(plan({ hidden: 4 }).model.hidden).toBe(4);
  expect(plan({ correlated: "0 & 2" }).sources.at(-1)).toEqual({ kind: "together", members: [0, 2] });
  expect(plan({ seed: 3 }).origins[1]).toEqual({ seed: 3, place: 1 });
  expect(plan({ lr: 0.5 }).rates[1]).toBe(0.5);
});

test.each([
  [{ density: 0 }, "density p must be a number from 0.01 to 1, got 0"],
  [{ density: Number.NaN }, "density p must be a number from 0.01 to 1, got NaN"],
  [{ density: "much" }, 'density p must be a number from 0.01 to 1, got "much"'],
  [{ n: 0 }, "features must be a whole number from 1 to 12, got 0"],
  [{ n: 2.5 }, "features must be a whole number from 1 to 12, got 2.5"],
  [{ seed: -1 }, "seed must be a whole number from 0 to 1,000,000, got -1"],
  [{ correlated: "all" }, 'together must be one of none, 0 & 2, got "all"'],
  [{ colour: 1 }, /^colour is not among the settings: seed, density/],
])("a bad setting is refused in one line: %o", (changes, message) => {
  expect(() => changedSettings(lesson, own, changes as never)).toThrow(message);
});

test("there are no more tied dimensions than features", () => {
  expect(() => plan({ hidden: 6 })).toThrow("hidden must be in 1 … n = 5, got 6");
});

test("a link carries what is not the lesson's own, and gives it back", () => {
  const changed = { ...own, density: 0.3, correlated: "0 & 2", seed: 4 };
  expect(fragment(lesson, own)).toBe("#live-five=");
  expect(fragment(lesson, changed)).toBe("#live-five=seed:4,density:0.3,correlated:0%20%26%202");
  expect(linked(lesson, fragment(lesson, changed))).toEqual(changed);
  expect(linked(lesson, "#elsewhere")).toBeNull();
});

test.each(["density:", "density:NaN", "density:7", "%E0%A4%A", "correlated:%E0", "n:1e9", "=", "density", "n:3:x,q"])(
  "a corrupt link is refused: %s",
  (part) => {
    expect(() => linked(lesson, `#live-five=${part}`)).toThrow(/must be|is not among/);
  },
);
