/** What was at some steps of a training: when there is much, every other of the older is let go. */

const MOST = 400;

export class Memory<T> {
  all: [number, T][] = [];

  /** A step that is not later than the last begins anew. */
  note(step: number, value: T): void {
    const last = this.all.at(-1);
    if (last && step < last[0]) this.all = [];
    else if (last && step === last[0]) this.all.pop();
    this.all.push([step, value]);
    if (this.all.length > MOST) this.all = this.all.filter((_, k) => k % 2 === 0 || k > MOST - 2);
  }
}
