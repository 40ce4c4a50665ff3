/** How much of a dimension each feature gets: those that are represented by falling Dᵢ, and then the others at 0. */

import { dimensionality, norm } from "./measure";
import { type Draw, embeddings, table } from "./view";

const KEPT = 0.5;

export function sharing(): Draw {
  return (scene) => {
    const V = embeddings(scene);
    const D = dimensionality(V);
    const rows = V.map((v, feature) => ({ feature, norm: norm(v), dimensionality: norm(v) > KEPT ? D[feature] : 0 }));
    rows.sort((one, other) => other.dimensionality - one.dimensionality);
    return { sources: { sharing: table(rows, (row, place) => ({ place, ...row })) } };
  };
}
