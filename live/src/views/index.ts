/** The views by their kinds. */

import type { ViewOf } from "../lesson";
import { Refusal } from "../refusal";
import { directions } from "./directions";
import { loss } from "./loss";
import type { View } from "./view";

export const VIEWS: Record<string, (constants: ViewOf) => View> = { directions, loss };

export function viewOf(constants: ViewOf): View {
  const make = VIEWS[constants.kind];
  if (!make) throw new Refusal(`view must be one of ${Object.keys(VIEWS).join(", ")}, got ${constants.kind}`);
  return make(constants);
}
