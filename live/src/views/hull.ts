/** The faces of a convex hull in three dimensions: of trained vertices no four lie in a plane, so that all are triangles. */

import { dot, type Vectors } from "./measure";

const less = (a: number[], b: number[]): number[] => a.map((value, k) => value - b[k]);

const cross = ([a, b, c]: number[], [d, e, f]: number[]): number[] => [b * f - c * e, c * d - a * f, a * e - b * d];

/** Triples of vertices that have all others on one side. */
export function faces(V: Vectors): number[][] {
  const found: number[][] = [];
  V.forEach((p, i) => {
    for (let j = i + 1; j < V.length; j++) {
      for (let k = j + 1; k < V.length; k++) {
        const normal = cross(less(V[j], p), less(V[k], p));
        const others = V.filter((_, q) => q !== i && q !== j && q !== k);
        const above = others.filter((v) => dot(normal, less(v, p)) > 0).length;
        if (above === 0 || above === others.length) found.push([i, j, k]);
      }
    }
  });
  return found;
}
