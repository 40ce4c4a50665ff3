/** `tsup.plots.polytopes` of one model with three hidden dimensions, turned by dragging it. */

import type { Scene } from "../lesson";
import { faces } from "./hull";
import { dimensionality, type Vectors } from "./measure";
import { embeddings, type Picture, table, type View } from "./view";

const [TURN, TILT] = [30, 20];

/** What a drag begins with is in `state`; the settings `turn` and `tilt` are degrees. */
export function polyhedron(): View {
  const state = { turn: TURN, tilt: TILT };
  return {
    draw: (scene) => ({ sources: solid(scene) }),
    touched: {
      ...{ source: "dots", events: ["panstart", "pan"] },
      settings(event, { delta_x, delta_y }, { turn = TURN, tilt = TILT }) {
        if (event === "panstart") Object.assign(state, { turn: Number(turn), tilt: Number(tilt) });
        const around = Math.round(state.turn - (event === "pan" ? delta_x / 2 : 0));
        const up = Math.round(state.tilt + (event === "pan" ? delta_y / 2 : 0));
        return { turn: ((around % 360) + 360) % 360, tilt: Math.min(90, Math.max(-90, up)) };
      },
    },
  };
}

function solid(scene: Scene): Picture["sources"] {
  const V = embeddings(scene);
  const { turn = TURN, tilt = TILT } = scene.settings;
  const places = seen(V, Number(turn), Number(tilt));
  const near = (group: number[]): number => group.reduce((sum, k) => sum + places[k][2], 0) / group.length;
  const back = (groups: number[][]): number[][] => groups.sort((one, other) => near(one) - near(other));
  const sides = faces(V);
  const D = dimensionality(V);
  const dots = V.map((_, k) => [k]);
  return {
    faces: table(back(sides), (side) => ({
      ...{ x: side.map((k) => places[k][0]), y: side.map((k) => places[k][1]) },
    })),
    edges: table(back(edges(sides)), ([k, l]) => {
      const [[x0, y0, z0], [x1, y1, z1]] = [places[k], places[l]];
      return { x0, y0, x1, y1, width: 2.2 + 0.6 * (z0 + z1) };
    }),
    dots: table(back(dots), ([vertex]) => {
      const [x, y, z] = places[vertex];
      return { x, y, size: 13 + 4 * z, vertex, dimensionality: D[vertex] };
    }),
  };
}

/** Across, up and nearness after a turn about the upright axis and a tilt towards the reader. */
function seen(V: Vectors, turn: number, tilt: number): Vectors {
  const [a, b] = [turn, tilt].map((angle) => (angle * Math.PI) / 180);
  return V.map(([x, y, z]) => {
    const away = y * Math.cos(a) - x * Math.sin(a);
    const across = x * Math.cos(a) + y * Math.sin(a);
    return [across, z * Math.cos(b) + away * Math.sin(b), z * Math.sin(b) - away * Math.cos(b)];
  });
}

/** Of all faces, every edge once. */
function edges(sides: number[][]): number[][] {
  const pairs = sides.flatMap(([i, j, k]) => [
    [i, j],
    [i, k],
    [j, k],
  ]);
  return [...new Map(pairs.map((pair) => [String(pair), pair])).values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
