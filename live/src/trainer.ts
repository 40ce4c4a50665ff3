/** Trains a stack of models beside a page that draws them. */

import { accelerator } from "./accelerator";
import { type Host, inPage, inWorker } from "./hosts";
import type { Weights } from "./layout";
import { Pace } from "./pace";
import { changed, type Plan, part, planned } from "./plan";
import type { Command, Report, Trouble } from "./protocol";
import { whole } from "./refusal";
import type { Changes, Request } from "./request";
import { dealt, Gathered, type Moment, weightsOf } from "./shards";

export interface Frame extends Moment {
  /** Whether training goes on. */
  running: boolean;
  /** Updates a second; NaN where it does not train. */
  pace: number;
}

export interface Listener {
  /** Draw all models; called at most once an animation frame, and not again before it has returned. */
  frame(frame: Frame): void;
  /** Training stopped, or cannot begin: why, in one line. */
  trouble(message: string): void;
}

export interface Options {
  /** How many workers at most; 0 trains in the page. By default as many as there are processors. */
  workers?: number;
  /** Whether the accelerator may be used. */
  wasm?: boolean;
  /** Weights to begin with, as `Frame` has them; those that are not named are drawn. What does not fit is trouble. */
  start?: Weights;
}

/** A session may be ahead of the slowest by what that one does in so many frames, and a little. */
const AHEAD = 2;
const LEEWAY = 50;

export class Trainer {
  private plan: Plan;
  private start: Weights;
  private shards: number[][] = [];
  private hosts: Host[] = [];
  private gathered: Gathered;
  private generation = 0;
  private wanted: number | null = null;
  private asked = false;
  private closed = false;
  private heard = false;
  private slowest = 0;
  private troubled = false;
  private inWorkers = false;
  private readonly pace = new Pace();
  private readonly wake = (): void => this.seen();

  /** Throws a Refusal for a request that cannot be met; nothing is begun then. */
  constructor(
    request: Request,
    private readonly listener: Listener,
    private readonly options: Options = {},
  ) {
    this.plan = planned(request);
    this.start = options.start ?? {};
    this.gathered = new Gathered(0, []);
    this.open(options.workers ?? navigator.hardwareConcurrency ?? 1);
    document.addEventListener("visibilitychange", this.wake);
  }

  /** Where models train: how many workers, 0 for the page. */
  get workers(): number {
    return this.inWorkers ? this.hosts.length : 0;
  }

  /** Whether training goes on, be it asleep in a hidden tab. */
  get running(): boolean {
    return this.wanted !== null;
  }

  /** Train on, to `until` updates in all; to the plan's last by default. */
  run(until = this.plan.steps): void {
    this.wanted = whole("until", until, 1, this.plan.steps);
    this.pace.forget();
    if (!document.hidden) this.say({ say: "run", until });
  }

  pause(): void {
    this.wanted = null;
    this.say({ say: "pause" });
  }

  /** One update, and stop. */
  step(): void {
    this.wanted = null;
    this.say({ say: "step" });
  }

  /** Back to the start, and stop. */
  reset(): void {
    this.wanted = null;
    this.renew();
    const { generation } = this;
    this.each((chosen) => ({ say: "reset", generation, start: this.startOf(chosen) }));
  }

  /** Change settings while it trains or rests; a new seed is a new start. Throws a Refusal, and changes nothing then. */
  set(changes: Changes): void {
    this.plan = changed(this.plan, changes);
    this.each((chosen) => ({ say: "change", plan: part(this.plan, chosen) }));
    if (changes.seed === undefined) return;
    const until = this.wanted;
    this.start = {};
    this.reset();
    if (until !== null) this.run(until);
  }

  /** Stop for good, and let everything go. */
  close(): void {
    this.closed = true;
    document.removeEventListener("visibilitychange", this.wake);
    this.shut();
  }

  private open(workers: number): void {
    this.inWorkers = workers > 0 && this.openWorkers(workers);
    if (!this.inWorkers) {
      this.shards = dealt(this.plan.models, 1);
      this.hosts = [inPage((said) => this.hear(0, said))];
    }
    this.begin();
  }

  private openWorkers(count: number): boolean {
    this.shards = dealt(this.plan.models, count);
    try {
      for (const session of this.shards.keys()) {
        this.hosts.push(
          inWorker(
            (said) => this.hear(session, said),
            () => this.refused(),
          ),
        );
      }
      return true;
    } catch {
      this.shut();
      return false;
    }
  }

  /** A worker failed: before it said anything it was refused, and the page trains instead. */
  private refused(): void {
    if (this.closed || !this.inWorkers) return;
    const until = this.heard ? null : this.wanted;
    this.wanted = null;
    this.shut();
    this.open(0);
    if (until !== null) this.run(until);
    if (this.heard) this.listener.trouble("a worker failed: the page trains in its place, from the start");
  }

  private begin(): void {
    this.renew();
    const { generation, plan, options } = this;
    this.each((chosen) => ({
      ...{
        say: "init",
        generation,
        plan: part(plan, chosen),
        bytes: options.wasm === false ? null : accelerator.bytes,
      },
      start: this.startOf(chosen),
    }));
  }

  private startOf(chosen: number[]): Weights {
    return weightsOf(this.start, this.plan.models, chosen);
  }

  private renew(): void {
    this.generation++;
    this.slowest = 0;
    this.troubled = false;
    this.pace.forget();
    this.gathered = new Gathered(this.plan.models, this.shards);
  }

  private shut(): void {
    for (const host of this.hosts) host.close();
    this.hosts = [];
  }

  private say(command: Command): void {
    for (const host of this.hosts) host.send(command);
  }

  private each(command: (chosen: number[]) => Command): void {
    this.hosts.forEach((host, k) => {
      host.send(command(this.shards[k]));
    });
  }

  private hear(session: number, said: Report): void {
    this.heard = true;
    if (said.generation !== this.generation) {
      this.hosts[session]?.send({ say: "drawn", ceiling: Number.POSITIVE_INFINITY });
    } else if (said.say === "trouble") this.stopped(session, said);
    else {
      this.gathered.add(session, said);
      if (this.gathered.complete) this.ask();
    }
  }

  private stopped(session: number, { message, model }: Trouble): void {
    this.pause();
    this.troubled = true;
    this.listener.trouble(model === null ? message : `model ${this.shards[session][model]} ${message}`);
  }

  /** Draw on the next animation frame, once. */
  private ask(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this.closed || !this.gathered.complete) return;
      this.draw();
    });
  }

  private draw(): void {
    const moment = this.gathered.take();
    if (this.wanted !== null && moment.step >= this.wanted) this.wanted = null;
    const pace = this.running ? this.pace.note(moment.step, performance.now()) : Number.NaN;
    this.listener.frame({ ...moment, running: this.running, pace });
    this.say({ say: "drawn", ceiling: this.ceiling(moment.step) });
    if (!this.running && !this.troubled) this.level();
  }

  private ceiling(step: number): number {
    const done = step - this.slowest;
    this.slowest = step;
    return step > 0 && this.hosts.length > 1 ? step + AHEAD * done + LEEWAY : Number.POSITIVE_INFINITY;
  }

  /** Where training rests, all models have done as many updates. */
  private level(): void {
    const until = Math.max(...this.gathered.steps);
    this.hosts.forEach((host, k) => {
      if (this.gathered.steps[k] < until) host.send({ say: "run", until });
    });
  }

  /** A hidden tab does not train; one that is seen again goes on. */
  private seen(): void {
    if (this.wanted === null) return;
    this.say(document.hidden ? { say: "pause" } : { say: "run", until: this.wanted });
  }
}
