/** Adam with decoupled weight decay, as the library's reference has it. */

export const FIRST = 0.9;
export const SECOND = 0.999;
const TINY = 1e-8;

/** 1 − βᵗ of both moments at the update that makes the count of updates `steps`. */
export const corrections = (steps: number): [number, number] => [1 - FIRST ** steps, 1 - SECOND ** steps];

export class Adam {
  private readonly first: Float64Array;
  private readonly second: Float64Array;

  constructor(size: number) {
    this.first = new Float64Array(size);
    this.second = new Float64Array(size);
  }

  /** One update of parameters along their gradient. steps: updates, this one included. */
  update(parameters: Float64Array, gradient: Float64Array, rate: number, weightDecay: number, steps: number): void {
    const { first, second } = this;
    const [before, behind] = corrections(steps);
    for (let q = 0; q < gradient.length; q++) {
      first[q] += (1 - FIRST) * (gradient[q] - first[q]);
      second[q] = SECOND * second[q] + (1 - SECOND) * gradient[q] * gradient[q];
      const kept = parameters[q] * (1 - rate * weightDecay);
      parameters[q] = kept - ((rate / before) * first[q]) / (Math.sqrt(second[q] / behind) + TINY);
    }
  }
}
