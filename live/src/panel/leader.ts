/** Which model of a stack is shown: the one with the least loss of late, kept until another is clearly better. */

import { least, Recent } from "./recent";

const CLEARLY = 0.98;

export class Leader {
  private readonly recent = new Recent();
  private best = 0;

  /** The model to be shown, after one more loss of each of them. */
  of(step: number, share: Float64Array): number {
    const losses = this.recent.note(step, share);
    const better = least(losses, [...share.keys()]);
    if (!(losses[this.best] * CLEARLY <= losses[better])) this.best = better;
    return this.best;
  }
}
