/** `tsup.widgets.loss_curve`: the loss by step, as a share of what a model without features loses. */

import type { ViewOf } from "../lesson";
import { Memory } from "./memory";
import type { Columns, Draw } from "./view";

const TOP = 1.25;

export function loss({ total = 0 }: ViewOf): Draw {
  const memory = new Memory<Float64Array>();
  return ({ step, share, best, plan }) => {
    memory.note(step, share);
    const known = memory.all.filter(([, every]) => !Number.isNaN(every[best]));
    const end = Math.max(Number(total) || plan.steps, step);
    const curve: Columns = {
      step: known.map(([at]) => at),
      share: known.map(([, every]) => Math.min(every[best], TOP)),
    };
    const note: Columns = { x: [end], y: [1.03], text: ["a model without features"] };
    return {
      sources: { loss: curve, "loss-note": note },
      axes: { loss: { x: [0, end] } },
    };
  };
}
