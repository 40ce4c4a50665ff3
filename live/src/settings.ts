/** The settings of a lesson: their names, what is allowed, the requests that they make, and how a link writes them. */

import type { Control, Lesson, Setting, Settings } from "./lesson";
import { Refusal, refuse } from "./refusal";
import { KINDS, type Request, type Values } from "./request";

/** The name of a control's setting: its field, with the request and the feature where it concerns but one. */
export const keyOf = ({ field, of, feature }: Control): string =>
  [field, of, feature].filter((part) => part !== undefined && part !== null).join("-");

/** What a lesson begins with. A seed is there always. */
export function defaults(lesson: Lesson): Settings {
  const seed = firstSeed(lesson.requests[0]);
  return { seed, ...Object.fromEntries(lesson.controls.map((one) => [keyOf(one), one.value])) };
}

const firstSeed = ({ training }: Request): number => [training?.seed ?? 0].flat()[0];

/** Settings with some changed. Throws a Refusal for a name that is not there and a value that is not allowed. */
export function changedSettings(lesson: Lesson, settings: Settings, changes: Settings): Settings {
  for (const [key, value] of Object.entries(changes)) {
    if (!(key in settings)) {
      throw new Refusal(`${key} is not among the settings: ${Object.keys(settings).join(", ")}`);
    }
    const control = lesson.controls.find((one) => keyOf(one) === key);
    check(control ?? { field: "seed", kind: "slider", label: "seed", value: 0, whole: true }, lesson, value);
  }
  return { ...settings, ...changes };
}

function check(control: Control, lesson: Lesson, value: Setting): void {
  const { label, kind, whole } = control;
  if (kind === "choice") {
    const labels = Object.keys(control.options ?? {});
    if (!labels.includes(String(value))) refuse(label, `one of ${labels.join(", ")}`, value);
    return;
  }
  const [low, high] = lesson.limits?.[control.field] ?? [control.low ?? 0, control.high ?? 1e6];
  const fits = typeof value === "number" && value >= low && value <= high && (!whole || Number.isInteger(value));
  if (!fits) {
    refuse(label, `${whole ? "a whole number" : "a number"} from ${low} to ${high.toLocaleString("en")}`, value);
  }
}

type Setter = (request: Request, value: never, control: Control) => void;

function feature({ features }: Request, value: never, { field }: Control): void {
  Object.assign(features, { [field]: value });
}

function training(request: Request, value: never, { field }: Control): void {
  request.training = { ...request.training, [field]: value };
}

/** What each field sets, in the order in which they are set. */
const FIELDS: Record<string, Setter> = {
  n({ features }, n: number) {
    const { density, importance = 1 } = features;
    Object.assign(features, { n, density: lengthened(density, n), importance: lengthened(importance, n) });
  },
  hidden({ model }, hidden: number) {
    model.hidden = hidden;
  },
  kind({ model }, kind: string) {
    Object.assign(model, KINDS[kind] ?? kind);
  },
  models({ features }, models: number) {
    const rows = rowsOf(features.density);
    features.density = Array.from({ length: models }, (_, k) => rows[k % rows.length]);
  },
  density({ features }, density: number) {
    features.density = rowsOf(features.density).map(() => [density]);
  },
  "feature-density"({ features }, density: number, { feature = 0 }) {
    features.density = rowsOf(features.density).map((row) =>
      Array.from({ length: features.n }, (_, i) => (i === feature ? density : row[i % row.length])),
    );
  },
  decay({ features }, decay: number) {
    features.importance = Array.from({ length: features.n }, (_, i) => decay ** i);
  },
  ratio({ features }, ratio: number) {
    features.importance = [1, ratio];
  },
  correlated: feature,
  anticorrelated: feature,
  lr: training,
  batch: training,
  steps: training,
};

/** The fields that may change while a model trains; with any other it is another training. */
export const LIVE = ["density", "feature-density", "decay", "ratio", "lr"];

/** Fields of pictures, which say nothing of what is trained. */
export const SEEN = ["turn", "tilt", "input", "budget"];

const rowsOf = (values: Values): number[][] =>
  typeof values === "number" ? [[values]] : Array.isArray(values[0]) ? (values as number[][]) : [values as number[]];

/** Values for n features: what is too long is cut, and its last goes on where it is too short. */
function lengthened(values: Values, n: number): Values {
  return rowsOf(values).map((row) =>
    row.length === 1 ? row : Array.from({ length: n }, (_, i) => row[Math.min(i, row.length - 1)]),
  );
}

/** Whether a control concerns a request. */
export const concerns = ({ of }: Control, place: number): boolean => of === undefined || of === null || of === place;

/** What is asked for of a request under these settings. Throws a Refusal for more tied dimensions than features. */
export function asked(lesson: Lesson, place: number, settings: Settings): Request {
  const request = structuredClone(lesson.requests[place]);
  for (const [field, set] of Object.entries(FIELDS)) {
    for (const control of lesson.controls) {
      if (control.field === field && concerns(control, place))
        set(request, settingOf(control, settings) as never, control);
    }
  }
  const { features, model } = request;
  if (model.tied && model.hidden > features.n) refuse("hidden", `in 1 … n = ${features.n}`, model.hidden);
  return { ...request, training: { ...request.training, seed: seedOf(lesson.requests[place], Number(settings.seed)) } };
}

const settingOf = (control: Control, settings: Settings): unknown => {
  const value = settings[keyOf(control)];
  return control.kind === "choice" ? control.options?.[value] : value;
};

/** Seeds of a stack stay as far apart as they were. */
function seedOf(request: Request, seed: number): number | number[] {
  const given = request.training?.seed ?? 0;
  return Array.isArray(given) ? given.map((one) => one - given[0] + seed) : seed;
}

/** The fragment of a link with these settings: those that are not the lesson's own. */
export function fragment(lesson: Lesson, settings: Settings): string {
  const own = defaults(lesson);
  const parts = Object.entries(settings).filter(([key, value]) => value !== own[key]);
  return `#live-${lesson.name}=${parts.map(([key, value]) => `${key}:${encodeURIComponent(value)}`).join(",")}`;
}

/** The settings in a fragment, or null where it is another's. Throws a Refusal for one that cannot be read. */
export function linked(lesson: Lesson, hash: string): Settings | null {
  const head = `#live-${lesson.name}=`;
  if (!hash.startsWith(head)) return null;
  const parts = hash.slice(head.length).split(",").filter(Boolean);
  const own = defaults(lesson);
  const read = parts.map((part): [string, Setting] => {
    const [key, text = ""] = part.split(":");
    return [key, typeof own[key] === "string" ? decoded(text) : Number(text || Number.NaN)];
  });
  return changedSettings(lesson, own, Object.fromEntries(read));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
