/** The losses of models of late: means that forget. */

const MEMORY = 0.8;

export class Recent {
  losses: number[] = [];
  private step = 0;

  /** Take one more loss of each; a step before the last begins anew. */
  note(step: number, share: Float64Array): number[] {
    if (step < this.step) this.losses = [];
    this.step = step;
    share.forEach((loss, k) => {
      if (Number.isNaN(loss)) return;
      const before = this.losses[k] ?? loss;
      this.losses[k] = MEMORY * before + (1 - MEMORY) * loss;
    });
    return this.losses;
  }
}

/** Of some models, the one with the least loss; the first where nothing is known. */
export const least = (losses: number[], among: number[]): number =>
  among.reduce((best, k) => (losses[k] < losses[best] ? k : best));
