/** A lesson of five features in two dimensions, for tests. */

import type { Lesson } from "../src/lesson";
import { five } from "./accelerated";

export const lesson: Lesson = {
  name: "five",
  requests: [five({ density: [[0.05], [0.05]] }, { batch: 64, steps: 300, lr: 0.01, schedule: "constant" })],
  views: [],
  controls: [
    { field: "density", kind: "slider", label: "density p", value: 0.05, low: 0.01, high: 1, scale: "log" },
    { field: "decay", kind: "slider", label: "decay", value: 1, low: 0.1, high: 1 },
    { field: "lr", kind: "slider", label: "rate", value: 0.01, low: 1e-4, high: 1e30, scale: "log" },
    { field: "n", kind: "slider", label: "features", value: 5, low: 1, high: 12, whole: true },
    { field: "hidden", kind: "slider", label: "dimensions", value: 2, low: 1, high: 12, whole: true },
    { field: "models", kind: "slider", label: "models", value: 2, low: 1, high: 8, whole: true },
    { field: "feature-density", feature: 1, kind: "slider", label: "density of 1", value: 0.05, low: 0.01, high: 1 },
    {
      ...{ field: "correlated", kind: "choice", label: "together", value: "none" },
      options: { none: [], "0 & 2": [[0, 2]] },
    },
  ],
};
