/** A marker at the density and the relative importance of one model, which a reader moves and that trains anew there. */

import type { ViewOf } from "../lesson";
import type { View } from "./view";

/** It sets `density` and `ratio` of its request. constants: ends, the least of both and the most. */
export function point({ of, ends }: ViewOf): View {
  const [low, high] = ends as [[number, number], [number, number]];
  const within = (value: number, axis: 0 | 1): number =>
    Number(Math.min(Math.max(value, low[axis]), high[axis]).toPrecision(3));
  return {
    draw: ({ plan }) => ({ sources: { point: { x: [plan.density[0]], y: [plan.importance[plan.n - 1]] } } }),
    touched: {
      ...{ source: "point", events: ["tap", "pan"] },
      settings: (_, { x, y }) => ({ [`density-${of}`]: within(x, 0), [`ratio-${of}`]: within(y, 1) }),
    },
  };
}
