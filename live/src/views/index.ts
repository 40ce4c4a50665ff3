/** The views by their kinds. */

import type { ViewOf } from "../lesson";
import { Refusal } from "../refusal";
import { attack } from "./attack";
import { directions } from "./directions";
import { loss } from "./loss";
import { model } from "./model";
import { phases } from "./phases";
import { point } from "./point";
import { polyhedron } from "./polyhedron";
import { sharing } from "./sharing";
import { stacks } from "./stacks";
import type { Draw, View } from "./view";

const DRAWN: Record<string, (constants: ViewOf) => Draw> = {
  ...{ attack, directions, loss, model, phases, sharing, stacks },
};

const TOUCHED: Record<string, (constants: ViewOf) => View> = { point, polyhedron };

/** Throws a Refusal for a kind that is not known. */
export function viewOf(constants: ViewOf): View {
  const { kind, prefix = "" } = constants;
  const touched = TOUCHED[kind]?.(constants);
  const draw = touched?.draw ?? DRAWN[kind]?.(constants);
  if (!draw) throw new Refusal(`view must be one of ${Object.keys({ ...DRAWN, ...TOUCHED }).join(", ")}, got ${kind}`);
  const named = <T>(things: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(things).map(([name, thing]) => [prefix + name, thing]));
  return {
    touched: touched?.touched && { ...touched.touched, source: prefix + touched.touched.source },
    draw(scene) {
      const { sources, axes = {} } = draw(scene);
      return { sources: named(sources), axes: named(axes) };
    },
  };
}
