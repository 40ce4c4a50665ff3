/** Draws the views of a lesson into its Bokeh document: only what changed, and only while it can be seen. */

import type { Lesson, Scene, Settings } from "../lesson";
import { type BokehDocument, type Figure, figureOf, type Source, sourceIn } from "./bokeh";
import { viewOf } from "./index";
import { type Axes, type Column, Grid, type Picture, type View } from "./view";

/** Least milliseconds between pictures where a reader wants little motion. */
const CALM = 500;

export class Canvas {
  private readonly views: { of: number; view: View }[];
  private readonly waiting = new Map<number, Scene>();
  private readonly found = new Map<string, Source | null>();
  private readonly seen: IntersectionObserver;
  private readonly calm = matchMedia("(prefers-reduced-motion: reduce)");
  private document: BokehDocument | null = null;
  private asked = false;
  private visible = false;
  private drawnAt = Number.NEGATIVE_INFINITY;

  /** Throws a Refusal for a view that is not known. */
  constructor(
    lesson: Lesson,
    private readonly wake: () => Promise<BokehDocument>,
    private readonly failed: (error: Error) => void,
    private readonly touch: (made: (settings: Settings) => Settings) => void,
    place: Element,
  ) {
    this.views = lesson.views.map((one) => ({ of: one.of ?? 0, view: viewOf(one) }));
    this.seen = new IntersectionObserver((entries) => {
      this.visible = entries[entries.length - 1].isIntersecting;
      this.draw();
    });
    this.seen.observe(place);
  }

  /** Show a moment of a request's training, now or when it may be. */
  show(place: number, scene: Scene): void {
    this.waiting.set(place, scene);
    const early = this.calm.matches && scene.running && performance.now() - this.drawnAt < CALM;
    if (!early) this.draw();
  }

  close(): void {
    this.seen.disconnect();
  }

  private draw(): void {
    if (!this.document && (this.waiting.size > 0 || this.views.some(({ view }) => view.touched))) this.ask();
    if (!this.document || !this.visible || this.waiting.size === 0) return;
    this.drawnAt = performance.now();
    for (const [place, scene] of this.waiting) {
      for (const { of, view } of this.views) if (of === place) this.put(this.document, view.draw(scene));
    }
    this.waiting.clear();
  }

  /** Have the document, once, when there is something to draw. */
  private ask(): void {
    if (this.asked || !this.visible) return;
    this.asked = true;
    this.wake().then((document) => {
      this.document = document;
      this.listen(document);
      this.draw();
    }, this.failed);
  }

  /** Let a reader touch what may be touched. */
  private listen(document: BokehDocument): void {
    for (const { touched } of this.views.map(({ view }) => view)) {
      const source = touched && this.source(document, touched.source);
      const figure = source && figureOf(document, source);
      if (!touched || !figure) continue;
      for (const event of touched.events) {
        figure.on_event(event, (touch) => this.touch((settings) => touched.settings(event, touch, settings)));
      }
    }
  }

  private put(document: BokehDocument, { sources, axes = {} }: Picture): void {
    for (const [name, columns] of Object.entries(sources)) {
      const source = this.source(document, name);
      if (!source) continue;
      if (axes[name]) set(figureOf(document, source), axes[name]);
      write(source, columns);
    }
  }

  private source(document: BokehDocument, name: string): Source | null {
    let source = this.found.get(name);
    if (source === undefined) {
      source = sourceIn(document, name);
      this.found.set(name, source);
    }
    return source;
  }
}

/** Without a word to the document, which would tell everyone; what shows the source is told. */
function write(source: Source, columns: Record<string, Column>): void {
  const empty = Object.keys(columns).length === 0;
  const data = Object.fromEntries(Object.entries(source.data).map(([name, column]) => [name, empty ? [] : column]));
  for (const [name, column] of Object.entries(columns)) data[name] = made(column, source.data[name]);
  source.setv({ data }, { silent: true });
  source.change.emit();
}

/** A column as Bokeh takes it: an image is written into the one that is there, where it has its size. */
function made(column: Column, before: unknown): unknown {
  if (!(column instanceof Grid)) return column;
  const [image] = (before ?? []) as (Float32Array & { shape?: number[] })[];
  const { rows, columns, values } = column;
  if (image?.shape?.[0] === rows && image.shape[1] === columns) {
    image.set(values);
    return [image];
  }
  return [Array.from({ length: rows }, (_, k) => values.slice(k * columns, (k + 1) * columns))];
}

function set(figure: Figure | undefined, { x, y, ticks = {} }: Axes): void {
  if (!figure) return;
  for (const [range, ends] of [[figure.x_range, x] as const, [figure.y_range, y] as const]) {
    if (ends && (range.start !== ends[0] || range.end !== ends[1])) [range.start, range.end] = ends;
  }
  for (const [axis, at] of [[figure.below[0], ticks.x] as const, [figure.left[0], ticks.y] as const]) {
    if (at && axis && axis.ticker.ticks?.length !== at.length) axis.ticker.ticks = at;
  }
}
