/**
 * The engine's own generator: Chris Doty-Humphrey's sfc32, 128 bits of state and a counter that makes the period at
 * least 2³². A model's streams depend on its seed and its place alone, so that adding a model to a stack changes no
 * other, and neither does the number of workers.
 */

const MIXING = 20;
const TO_UNIT = 2 ** -32;

/** Streams of a model: four of its data, which the accelerator draws as lanes and the reference draws the first of. */
export const LANES = 4;
const START = LANES;
const STREAMS = 8;

/** Where a model's randomness comes from. seed: a whole number in 0 … 2⁵³ − 1. place: its number in the stack. */
export interface Origin {
  seed: number;
  place: number;
}

export class Random {
  private counter = 1;

  constructor(
    private a: number,
    private b: number,
    private c: number,
  ) {
    for (let k = 0; k < MIXING; k++) this.word();
  }

  /** 32 random bits. */
  word(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in (0, 1), neither end included. */
  uniform(): number {
    return (this.word() + 0.5) * TO_UNIT;
  }

  /** Normal, of mean 0 and standard deviation 1, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  /** The four words of the state. */
  state(): [number, number, number, number] {
    return [this.a, this.b, this.c, this.counter];
  }
}

function stream(origin: Origin, number: number): Random {
  const high = Math.floor(origin.seed * TO_UNIT);
  return new Random(origin.seed | 0, high, origin.place * STREAMS + number);
}

/** The generator of a model's data. lane: 0 … 3. */
export function dataOf(origin: Origin, lane = 0): Random {
  return stream(origin, lane);
}

/** The generator of a model's start. */
export function startOf(origin: Origin): Random {
  return stream(origin, START);
}
