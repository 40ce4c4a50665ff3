/** Which model of a stack is shown: the one with the least loss of late, kept until another is clearly better. */

const MEMORY = 0.8;
const CLEARLY = 0.98;

export class Leader {
  private recent: number[] = [];
  private best = 0;
  private step = 0;

  /** The model to be shown, after one more loss of each of them. */
  of(step: number, share: Float64Array): number {
    if (step < this.step) this.forget();
    this.step = step;
    share.forEach((loss, k) => {
      if (Number.isNaN(loss)) return;
      this.recent[k] = this.recent[k] === undefined ? loss : MEMORY * this.recent[k] + (1 - MEMORY) * loss;
    });
    const least = this.recent.reduce((best, loss, k) => (loss < this.recent[best] ? k : best), 0);
    if (!(this.recent[this.best] * CLEARLY <= this.recent[least])) this.best = least;
    return this.best;
  }

  forget(): void {
    this.recent = [];
    this.best = 0;
    this.step = 0;
  }
}
