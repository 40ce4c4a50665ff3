/** The trainings of a lesson, which obey the same buttons; none is begun before it is asked for. */

import type { Control, Lesson, Scene, Settings } from "../lesson";
import { Pace } from "../pace";
import { type Plan, planned } from "../plan";
import type { Request } from "../request";
import { asked, concerns, keyOf, LIVE, SEEN } from "../settings";
import { type Frame, Trainer } from "../trainer";
import { without } from "../views/measure";
import { Leader } from "./leader";

/** Updates of which no training comes to an end by itself. */
const ENDLESS = 1e9;
/** To be watched, it trains every `GAP` by so much of what it has since it began or something changed. */
const GROWTH = 0.06;
/** Where pictures are slow, so many at most are made up for at once. */
const MOST_LEFT_OUT = 30;
/** As if it had so many behind it when something changes. */
const HEAD_START = 400;
/** Milliseconds from one picture to the next. */
const GAP = 33;

export interface Listener {
  scene(place: number, scene: Scene): void;
  trouble(message: string): void;
}

interface Seat {
  request: Request;
  plan: Plan;
  trainer: Trainer | null;
  leader: Leader;
  /** What a model without features loses, of every model. */
  empty: Float64Array;
  step: number;
  /** Where it began, or something changed. */
  from: number;
  pace: Pace;
  timer: number;
  /** When it was told last to train to a picture. */
  told: number;
  /** Whether it trains, be it between two pictures. */
  going: boolean;
}

export class Desk {
  /** Whether it trains as fast as it can, and not to be watched. */
  full: boolean;
  private seats: Seat[];
  private goal: number;
  private troubled = false;

  /** Throws a Refusal for what cannot be trained. */
  constructor(
    private readonly lesson: Lesson,
    private settings: Settings,
    private readonly listener: Listener,
  ) {
    this.seats = this.seated(settings);
    this.goal = this.stretch;
    this.full = Boolean(lesson.full);
  }

  get running(): boolean {
    return this.seats.some(({ going }) => going);
  }

  get begun(): boolean {
    return this.seats.some(({ trainer }) => trainer !== null);
  }

  /** Whether all that was asked for is trained. */
  get done(): boolean {
    return this.begun && !this.running && !this.troubled && this.step >= this.goal;
  }

  get step(): number {
    return Math.min(...this.seats.map(({ step }) => step));
  }

  /** Up to how many updates it trains. */
  get until(): number {
    return this.goal;
  }

  /** How many workers train; 0 where the page does. */
  get workers(): number {
    return this.seats.reduce((sum, { trainer }) => sum + (trainer?.workers ?? 0), 0);
  }

  /** Train; what is trained already trains on where its schedule has no end, and else from its start. */
  train(): void {
    if (this.troubled) this.reset();
    else if (this.done && this.endless) this.goal += this.stretch;
    else if (this.done) this.reset();
    this.seats.forEach((seat, place) => {
      if (seat.step < this.goal) this.go(place);
    });
  }

  pause(): void {
    for (const seat of this.seats) {
      seat.going = false;
      seat.trainer?.pause();
    }
  }

  /** One update, and rest. */
  advance(): void {
    if (this.troubled) this.reset();
    this.seats.forEach((seat, place) => {
      seat.going = false;
      this.trainer(place).step();
    });
  }

  /** Back to the start, which is shown. */
  reset(): void {
    this.troubled = false;
    this.goal = this.stretch;
    this.seats.forEach((seat, place) => {
      this.trainer(place).reset();
      Object.assign(seat, { step: 0, going: false });
    });
  }

  /** Take settings as they are now. Throws a Refusal, and changes nothing then. */
  set(settings: Settings): void {
    const { done } = this;
    const next = this.seated(settings);
    const controls = this.lesson.controls.filter(({ field }) => !SEEN.includes(field));
    const before = this.settings;
    const changed = controls.filter((one) => before[keyOf(one)] !== settings[keyOf(one)]);
    this.settings = settings;
    this.seats.forEach((seat, place) => {
      const mine = changed.filter((control) => concerns(control, place));
      const other = before.seed !== settings.seed || mine.some(({ field }) => !LIVE.includes(field));
      if (other) this.replace(place, next[place], seat.going || done);
      else if (mine.length > 0) this.take(place, next[place], mine);
    });
    if (this.done && changed.length > 0) this.train();
  }

  close(): void {
    for (const seat of this.seats) {
      seat.going = false;
      seat.trainer?.close();
      seat.trainer = null;
    }
  }

  private go(place: number): void {
    const seat = this.seats[place];
    seat.going = true;
    seat.from = Math.max(seat.step - HEAD_START, 0);
    seat.pace.forget();
    seat.told = performance.now();
    this.on(place);
  }

  /** Train to the next picture. */
  private on(place: number): void {
    const seat = this.seats[place];
    clearTimeout(seat.timer);
    if (!seat.going) return;
    const now = performance.now();
    const more = this.full ? this.goal : stride(seat.step - seat.from, now - seat.told);
    seat.told = now;
    this.trainer(place).run(Math.min(seat.step + more, this.goal));
  }

  private take(place: number, { request, plan, empty }: Seat, controls: Control[]): void {
    const seat = this.seats[place];
    const { density, importance } = request.features;
    seat.trainer?.set({ density, importance, lr: request.training?.lr });
    Object.assign(seat, { request, plan, empty });
    const anew = controls.some((one) => one.anew);
    if (anew) {
      this.trainer(place).reset();
      seat.step = 0;
    }
    if (anew || seat.going) this.go(place);
  }

  private replace(place: number, next: Seat, goes: boolean): void {
    const { trainer, timer } = this.seats[place];
    clearTimeout(timer);
    this.seats[place] = next;
    trainer?.close();
    this.troubled = false;
    this.goal = this.stretch;
    this.trainer(place);
    if (goes) this.go(place);
  }

  private seated(settings: Settings): Seat[] {
    return this.lesson.requests.map((_, place) => {
      const request = asked(this.lesson, place, settings);
      const plan = planned(request);
      const fresh = {
        trainer: null,
        leader: new Leader(),
        pace: new Pace(),
        step: 0,
        from: 0,
        timer: 0,
        told: 0,
        going: false,
      };
      return { request, plan, empty: without(plan), ...fresh };
    });
  }

  /** How many updates one press trains. */
  private get stretch(): number {
    return this.seats[0].plan.steps;
  }

  /** How many models train in all. */
  private get models(): number {
    return this.seats.reduce((sum, { plan }) => sum + plan.models, 0);
  }

  private get endless(): boolean {
    return this.seats.every(({ plan }) => plan.schedule === "constant");
  }

  private trainer(place: number): Trainer {
    const seat = this.seats[place];
    seat.trainer ??= this.opened(place, seat);
    return seat.trainer;
  }

  private opened(place: number, { request, plan }: Seat): Trainer {
    const training = { ...request.training, steps: plan.schedule === "constant" ? ENDLESS : plan.steps };
    return new Trainer(
      { ...request, training },
      { frame: (frame) => this.frame(place, frame), trouble: (message) => this.stopped(message) },
      { workers: Math.max(1, Math.round(((navigator.hardwareConcurrency ?? 1) * plan.models) / this.models)) },
    );
  }

  private frame(place: number, { step, engine, weights, loss }: Frame): void {
    const seat = this.seats[place];
    const { settings } = this;
    seat.step = step;
    if (step >= this.goal) seat.going = false;
    const running = seat.going;
    if (running && !seat.trainer?.running) seat.timer = window.setTimeout(() => this.on(place), GAP);
    const pace = running ? seat.pace.note(step, performance.now()) : Number.NaN;
    const share = loss.map((one, k) => one / seat.empty[k]);
    const best = seat.leader.of(step, share);
    const { plan } = seat;
    this.listener.scene(place, { step, running, pace, engine, plan, loss, share, weights, best, settings });
  }

  private stopped(message: string): void {
    this.pause();
    this.troubled = true;
    this.listener.trouble(message);
  }
}

/** How many updates there are to the next picture: what the milliseconds since the last are worth. */
export function stride(since: number, elapsed: number): number {
  const pictures = Math.min(Math.max(Math.round(elapsed / GAP), 1), MOST_LEFT_OUT);
  return Math.max(pictures, Math.round(((1 + GROWTH) ** pictures - 1) * (since + 1)));
}
