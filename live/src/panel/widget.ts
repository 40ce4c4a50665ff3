/** A lesson as a widget of Jupyter, by the conventions of anywidget; its traits are those of `tsup.widgets.live`. */

import type { Lesson, Scene, Settings } from "../lesson";
import { Refusal } from "../refusal";
import type { BokehDocument } from "../views/bokeh";
import { element } from "./element";
import { Panel } from "./panel";

interface Model {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, call: () => void): void;
  off(event: string, call: () => void): void;
}

interface Asked {
  do: "train" | "pause" | "step" | "reset" | "newSeed" | "set" | "weights";
  settings?: Settings;
}

interface Bokeh {
  embed: { embed_item(item: object, place: HTMLElement): Promise<{ roots?: Rooted[] } & Iterable<Rooted>> };
}

type Rooted = { model: { document: BokehDocument } };

/** Figures of the library are drawn for white paper, on which the book's colours are these. */
const PAPER = `margin: 0; padding: 12px; border-radius: 10px; background: #fff; color-scheme: light;
  --tsup-ink: #1e293b; --tsup-text: #27323f; --tsup-muted: #566273; --tsup-line: #cfd3d8; --tsup-raised: #fff;
  --tsup-slate: #71829a; --tsup-gold: #bd8200; --tsup-accent: #855800; --tsup-accent-soft: #fbf3dd;
  --tsup-fails: #a32c2c; --tsup-fails-soft: #fae5e2; --tsup-sans: system-ui, sans-serif`;

function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  const place = element("div");
  const figure = element("div");
  const card = element("figure", {}, place, figure);
  card.style.cssText = PAPER;
  el.append(card);
  const drawn = embedded(model, figure);
  const scenes: (Scene | undefined)[] = [];
  const panel = new Panel(place, model.get("lesson") as Lesson, {
    document: () => drawn,
    tell({ state, scenes: rested }) {
      if (rested) Object.assign(scenes, rested);
      hand(model, state ?? {}, rested);
    },
  });
  const obey = (): void => {
    const asked = model.get("request") as Asked;
    try {
      if (asked.do === "weights") hand(model, model.get("state") as object, scenes);
      else if (asked.do === "set") panel.set(asked.settings ?? {});
      else panel[asked.do]();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      panel.warn(error.message);
    }
  };
  model.on("change:request", obey);
  return () => {
    model.off("change:request", obey);
    panel.close();
  };
}

/** Tell the kernel how it stands, with the weights where they are there. */
function hand(model: Model, state: object, scenes?: (Scene | undefined)[]): void {
  const arrays = (scenes ?? []).flatMap((scene, of) =>
    Object.entries(scene?.weights ?? {}).map(([name, values]) => ({ of, name, values, shape: shapeOf(scene, name) })),
  );
  if (arrays.length === 0) model.set("state", state);
  else {
    const whole = new Uint8Array(arrays.reduce((sum, { values }) => sum + values.byteLength, 0));
    let offset = 0;
    const weights = arrays.map(({ of, name, shape, values }) => {
      whole.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
      offset += values.byteLength;
      return { of, name, shape, offset: offset - values.byteLength };
    });
    model.set("weights", new DataView(whole.buffer));
    model.set("state", { ...state, weights });
  }
  model.save_changes();
}

function shapeOf(scene: Scene | undefined, name: string): number[] {
  if (!scene) return [];
  const { n, models, model } = scene.plan;
  const one = { W2: [n, model.hidden], b: [n], b_hidden: [model.hidden] }[name] ?? [model.hidden, n];
  return [models, ...one];
}

/** The layout, drawn with the page's Bokeh or with one that is brought. */
async function embedded(model: Model, place: HTMLElement): Promise<BokehDocument> {
  const page = window as unknown as { Bokeh?: Bokeh };
  if (!page.Bokeh) for (const address of model.get("bokeh") as string[]) await brought(address);
  if (!page.Bokeh) throw new Error("BokehJS did not load");
  const views = await page.Bokeh.embed.embed_item(model.get("item") as object, place);
  return (views.roots ?? [...views])[0].model.document;
}

const brought = (src: string): Promise<unknown> =>
  new Promise((done, failed) => {
    const onerror = (): void => failed(new Error(`${src} did not load`));
    document.head.append(Object.assign(element("script"), { src, async: false, onload: done, onerror }));
  });

export default { render };
