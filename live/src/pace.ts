/** Updates a second, over the last second or so. */

const SPAN = 1000;

export class Pace {
  private marks: [number, number][] = [];

  /** Note the step at a time in milliseconds; returns updates a second, NaN at first. */
  note(step: number, now: number): number {
    if (this.marks.length > 0 && step < this.marks[0][1]) this.marks = [];
    this.marks.push([now, step]);
    while (this.marks.length > 2 && now - this.marks[1][0] > SPAN) this.marks.shift();
    const [since, from] = this.marks[0];
    return (1000 * (step - from)) / (now - since);
  }

  /** Time that passes from here on is not counted with what was before. */
  forget(): void {
    this.marks = [];
  }
}
