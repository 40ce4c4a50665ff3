/** The panel of a lesson: buttons, controls, what it says, and the trainings and pictures behind them. */

import type { Lesson, Scene, Setting, Settings } from "../lesson";
import { Refusal } from "../refusal";
import { changedSettings, defaults, fragment, keyOf, linked, SEEN } from "../settings";
import type { BokehDocument } from "../views/bokeh";
import { Canvas } from "../views/canvas";
import { type Shown, shown } from "./controls";
import { Desk } from "./desk";
import { element } from "./element";
import { press } from "./keys";
import { brief, grouped } from "./number";
import { download, saved } from "./saved";
import { Status, shareOf } from "./status";
import { dress } from "./style";

/** What is around the panel. */
export interface Host {
  /** Wakes the figure and gives its document. */
  document(): Promise<BokehDocument>;
  /** Told to a kernel: the state a few times a second, and weights where training rests. */
  tell?(message: { state?: object; scenes?: (Scene | undefined)[] }): void;
}

export class Panel {
  private values: Settings;
  private readonly status: Status;
  private readonly desk: Desk;
  private readonly canvas: Canvas;
  private readonly scenes: (Scene | undefined)[] = [];
  private readonly shown = new Map<string, Shown>();
  private readonly main = element("button", { type: "button", class: "main", onclick: () => this.turn() });
  private went = false;
  private readonly relink = (): void => this.follow();

  /** Throws a Refusal for a lesson that cannot be taught. */
  constructor(
    private readonly place: HTMLElement,
    private readonly lesson: Lesson,
    private readonly host: Host,
  ) {
    this.values = defaults(lesson);
    this.status = new Status(lesson.words?.reading ?? "");
    this.desk = new Desk(lesson, this.values, {
      scene: (k, scene) => this.see(k, scene),
      trouble: (message) => this.warn(message),
    });
    const wake = (): Promise<BokehDocument> => host.document();
    const failed = (error: Error): void => this.warn(error.message);
    const touch = (made: (settings: Settings) => Settings): void => {
      this.obey(() => this.set(made(this.values)));
    };
    this.canvas = new Canvas(lesson, wake, failed, touch, place.closest("figure") ?? place);
    this.build();
    this.follow();
    addEventListener("hashchange", this.relink);
  }

  /** Train, or train on. */
  train(): void {
    this.status.warn("");
    this.desk.train();
    this.tell();
  }

  pause(): void {
    this.desk.pause();
    this.tell();
  }

  step(): void {
    this.desk.advance();
    this.tell();
  }

  reset(): void {
    this.status.warn("");
    this.desk.reset();
    this.tell();
  }

  newSeed(): void {
    this.set({ seed: Number(this.values.seed) + 1 });
  }

  /** Change settings, while it trains or rests. Throws a Refusal, and changes nothing then. */
  set(changes: Settings): void {
    const next = changedSettings(this.lesson, this.values, changes);
    this.desk.set(next);
    this.values = next;
    this.status.warn("");
    this.showSettings();
    if (Object.keys(changes).some((key) => SEEN.includes(key))) this.redraw();
    this.tell();
  }

  settings(): Settings {
    return { ...this.values };
  }

  /** End the trainings, and let everything go. */
  close(): void {
    removeEventListener("hashchange", this.relink);
    this.desk.close();
    this.canvas.close();
    this.place.replaceChildren();
  }

  private build(): void {
    const { place, lesson, status } = this;
    dress(place);
    place.classList.add("tsup-live-panel");
    const [near, more] = [false, true].map((far) =>
      lesson.controls.filter((one) => Boolean(one.more) === far).map((one) => this.control(one)),
    );
    place.replaceChildren(
      element("div", { class: "strip" }, ...this.buttons(), status.line),
      ...[status.bar, status.alert, element("div", { class: "controls" }, ...near)],
      element("div", { class: "strip" }, ...details(more), ...this.takeaways()),
      status.said,
    );
    this.showSettings();
    this.tell();
  }

  private buttons(): HTMLElement[] {
    const every = [
      this.main,
      this.button("Step", () => this.step()),
      this.button("Reset", () => this.reset()),
      this.button("New seed", () => this.newSeed()),
    ];
    press(this.place.closest("figure") ?? this.place, every);
    return every;
  }

  private takeaways(): HTMLElement[] {
    const speed = this.button("Full speed", () => this.hurry(speed), "quiet");
    speed.setAttribute("aria-pressed", String(this.desk.full));
    return [speed, this.button("Share", () => this.share(), "quiet"), this.button("Save", () => this.save(), "quiet")];
  }

  private button(text: string, call: () => void, kind?: string): HTMLElement {
    return element("button", { type: "button", class: kind, onclick: () => this.obey(call) }, text);
  }

  private hurry(speed: HTMLElement): void {
    this.desk.full = !this.desk.full;
    speed.setAttribute("aria-pressed", String(this.desk.full));
  }

  private control(control: Lesson["controls"][number]): HTMLElement {
    const key = keyOf(control);
    const id = `live-${this.lesson.name}-${key}`;
    const one = shown(control, id, (value: Setting) => this.obey(() => this.set({ [key]: value })));
    this.shown.set(key, one);
    return one.whole;
  }

  private showSettings(): void {
    for (const [key, one] of this.shown) one.show(this.values[key]);
  }

  /** Do what a reader asked; a refusal is one line in the panel. Whether it was done. */
  private obey(call: () => void): boolean {
    try {
      call();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.status.warn(error.message);
      return false;
    }
  }

  private turn(): void {
    this.obey(() => (this.desk.running ? this.pause() : this.train()));
  }

  private see(k: number, scene: Scene): void {
    this.scenes[k] = scene;
    this.canvas.show(k, scene);
    const rests = this.went && !this.desk.running;
    if (rests || !scene.running || this.status.due) this.tell(rests || !scene.running);
  }

  private redraw(): void {
    this.scenes.forEach((scene, k) => {
      if (scene) this.canvas.show(k, { ...scene, settings: this.values });
    });
  }

  /** Say how it stands: in the panel, aloud where it began or ended, and to a kernel. */
  private tell(rests = false): void {
    const { desk, status } = this;
    const { running } = desk;
    this.main.textContent = running ? "Pause" : desk.done ? "Train on" : "Train";
    this.main.toggleAttribute("data-running", running);
    const scene = this.told();
    if (scene) status.numbers(scene, desk.until, desk.workers);
    if (running !== this.went) status.say(running ? "Training." : this.ended());
    this.went = running;
    const { values: settings } = this;
    const loss = scene ? [...scene.share] : [];
    const state = { step: desk.step, loss, running, pace: scene?.pace ?? 0, engine: scene?.engine ?? "", settings };
    this.host.tell?.(rests ? { state, scenes: this.scenes } : { state });
  }

  /** The request that the numbers are of: the first that trains, or else the first. */
  private told(): Scene | undefined {
    return this.scenes.find((scene) => scene?.running) ?? this.scenes.find(Boolean);
  }

  private ended(): string {
    const scene = this.told();
    if (!scene) return "";
    return `Rests after ${grouped(scene.step)} steps: ${brief(100 * shareOf(scene))} % of the loss is left.`;
  }

  /** Say what is wrong, in one line. */
  warn(message: string): void {
    this.status.warn(message);
    this.tell();
  }

  private share(): void {
    const part = fragment(this.lesson, this.values);
    const address = location.href.replace(/#.*$/, "") + part;
    history.replaceState(null, "", part);
    const done = (): void => this.status.note("The link is copied.");
    const shown = (): void => this.status.warn(`Copy this link: ${address}`);
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(done, shown);
    else shown();
  }

  private save(): void {
    if (this.scenes.length === 0) this.status.warn("Nothing is trained yet.");
    else download(`${this.lesson.name}.json`, saved(this.lesson, this.values, this.scenes));
  }

  /** Take the settings of the page's link, where it is this lesson's. */
  private follow(): void {
    const read = (): void => {
      const found = linked(this.lesson, location.hash);
      if (found) this.set(found);
    };
    try {
      read();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.set(defaults(this.lesson));
      this.status.warn(`The link cannot be used, and the settings are the lesson's own: ${error.message}.`);
    }
  }
}

/** What is out of sight until a reader asks for it. */
const details = (more: HTMLElement[]): HTMLElement[] =>
  more.length
    ? [element("details", {}, element("summary", {}, "More settings"), element("div", { class: "controls" }, ...more))]
    : [];
