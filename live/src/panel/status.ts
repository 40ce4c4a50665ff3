/** What the panel says of a training: numbers a few times a second, and aloud only what begins and ends. */

import type { Scene } from "../lesson";
import { element } from "./element";
import { brief, grouped } from "./number";

/** Least milliseconds from one text to the next. */
const GAP = 250;

export class Status {
  readonly line = element("p", { class: "status" });
  readonly said = element("p", { class: "said", role: "status", "aria-live": "polite" });
  readonly alert = element("p", { class: "alert", role: "alert" });
  readonly bar: HTMLElement;
  private readonly filled = element("i");
  private shownAt = Number.NEGATIVE_INFINITY;

  constructor(reading: string) {
    this.bar = element("div", { class: "bar", "aria-hidden": "true" }, this.filled);
    this.line.append(reading);
  }

  /** Whether the numbers may be written again. */
  get due(): boolean {
    return performance.now() - this.shownAt >= GAP;
  }

  numbers(scene: Scene, until: number, workers: number): void {
    this.shownAt = performance.now();
    const { step, pace, engine } = scene;
    const share = shareOf(scene);
    const left = Number.isNaN(share) ? "–" : `${brief(100 * share)} %`;
    const where = workers ? `${workers} worker${workers > 1 ? "s" : ""}` : "in the page";
    const parts = [
      part("step ", grouped(step), ` of ${grouped(Math.max(until, step))}`),
      part("loss ", left),
      pace > 0 ? part("", grouped(pace), " steps/s") : "",
      part(`${engine === "wasm" ? "WebAssembly" : "JavaScript"}, ${where}`),
    ];
    this.line.replaceChildren(...parts);
    this.filled.style.transform = `scaleX(${Math.min(step / until, 1)})`;
  }

  say(text: string): void {
    this.said.textContent = text;
  }

  /** Say it where the numbers are too. */
  note(text: string): void {
    this.line.textContent = text;
    this.say(text);
  }

  warn(text: string): void {
    this.alert.textContent = text;
  }
}

/** The loss of the model that is shown, or the mean of all where they are of different worlds. */
export function shareOf({ share, best, plan }: Scene): number {
  const alike = plan.density.every((p, q) => p === plan.density[q % plan.n]);
  return alike ? share[best] : share.reduce((sum, one) => sum + one, 0) / share.length;
}

const part = (before: string, number = "", after = ""): HTMLElement =>
  element("span", {}, before, element("b", {}, number), after);
