/** Trains in short slices between commands, and shows a frame when the page has drawn the one before. */

import { type Engine, Reference } from "./engine";
import type { Plan } from "./plan";
import type { Command, Report } from "./protocol";
import { Accelerator, instantiate } from "./wasm";

/** Least milliseconds from a frame to the next. */
const GAP = 33;

export interface Surroundings {
  report(report: Report): void;
  /** Call when what waits, such as commands, has had its turn. */
  later(call: () => void): void;
  now(): number;
  /** Milliseconds of a slice. */
  slice: number;
}

type Said<T> = Extract<Command, { say: T }>;

export class Session {
  private engine: Engine | null = null;
  private generation = 0;
  private running = false;
  private until = 0;
  private ceiling = Number.POSITIVE_INFINITY;
  private undrawn = false;
  private sliced = false;
  private shownAt = Number.NEGATIVE_INFINITY;
  private total = new Float64Array(0);
  private count = 0;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly around: Surroundings) {}

  /** Obey after all that was commanded before; resolves when it is done. */
  take(command: Command): Promise<void> {
    this.queue = this.queue.then(() => this.obey(command)).catch((error) => this.fail(String(error.message), null));
    return this.queue;
  }

  private async obey(command: Command): Promise<void> {
    if (command.say === "init") return this.begin(command);
    if (!this.engine) return;
    if (command.say === "run") this.run(this.engine, command.until);
    if (command.say === "pause") this.stop();
    if (command.say === "step") this.stepOnce(this.engine);
    if (command.say === "reset") this.reset(this.engine, command);
    if (command.say === "change") this.engine.change(command.plan);
    if (command.say === "drawn") this.goOn(command.ceiling);
  }

  private async begin(command: Said<"init">): Promise<void> {
    this.running = false;
    this.engine = null;
    this.generation = command.generation;
    this.total = new Float64Array(command.plan.models);
    const engine = await engineOf(command.plan, command.bytes);
    this.engine = engine;
    this.reset(engine, command);
  }

  private reset(engine: Engine, { generation, start }: Said<"init" | "reset">): void {
    this.running = false;
    this.generation = generation;
    this.ceiling = Number.POSITIVE_INFINITY;
    engine.restart();
    engine.load(start);
    this.total.fill(0);
    this.count = 0;
    this.show();
  }

  private run(engine: Engine, until: number): void {
    this.until = until;
    this.running = engine.step < until;
    if (this.running) this.schedule();
    else this.show();
  }

  private stop(): void {
    this.running = false;
    this.show();
  }

  private stepOnce(engine: Engine): void {
    this.running = false;
    if (engine.step >= engine.plan.steps || this.advance(engine)) this.show();
  }

  private goOn(ceiling: number): void {
    this.undrawn = false;
    this.ceiling = ceiling;
    if (this.running) this.schedule();
  }

  private schedule(): void {
    if (this.sliced) return;
    this.sliced = true;
    this.around.later(() => {
      this.sliced = false;
      if (this.running && this.engine) this.slice(this.engine);
    });
  }

  private slice(engine: Engine): void {
    const end = this.around.now() + this.around.slice;
    while (engine.step < this.until && engine.step < this.ceiling) {
      if (!this.advance(engine)) return;
      if (this.around.now() >= end) break;
    }
    const held = engine.step >= this.ceiling;
    this.running = engine.step < this.until;
    if (!this.running) this.show();
    else if (!this.undrawn && (held || this.around.now() - this.shownAt >= GAP)) this.show();
    if (this.running && !held) this.schedule();
  }

  /** One update; whether all went well. */
  private advance(engine: Engine): boolean {
    engine.advance();
    this.count++;
    for (let k = 0; k < engine.loss.length; k++) {
      if (!Number.isFinite(engine.loss[k])) {
        const rate = Number(engine.plan.rates[k].toPrecision(6));
        this.fail(`was not finite at step ${engine.step.toLocaleString("en")}; lr = ${rate} may be too large`, k);
        return false;
      }
      this.total[k] += engine.loss[k];
    }
    return true;
  }

  private fail(message: string, model: number | null): void {
    this.running = false;
    this.around.report({ say: "trouble", generation: this.generation, message, model });
  }

  private show(): void {
    if (!this.engine) return;
    const { generation, running, count } = this;
    const loss = this.total.map((sum) => sum / count);
    this.total.fill(0);
    this.count = 0;
    this.undrawn = true;
    this.shownAt = this.around.now();
    const { step, kind } = this.engine;
    this.around.report({ say: "frame", generation, step, running, engine: kind, loss, weights: this.engine.weights() });
  }
}

/** The accelerator where there are bytes of it that may be run, and else the reference. */
async function engineOf(plan: Plan, bytes: Uint8Array<ArrayBuffer> | null): Promise<Engine> {
  if (!bytes) return new Reference(plan);
  const exports = await instantiate(bytes).catch(() => null);
  return exports ? new Accelerator(exports, plan) : new Reference(plan);
}
