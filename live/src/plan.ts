/** A request, checked and filled in: every value for every model. */

import { NAMES } from "./activations";
import type { Origin } from "./random";
import { finite, oneOf, Refusal, refuse, shown, whole } from "./refusal";
import type { Changes, Features, Model, Request, Schedule, Training, Values } from "./request";

const MOST_FEATURES = 10_000;
const MOST_MODELS = 100_000;
const MOST_WEIGHTS = 20_000_000;
const MOST_STEPS = 1e9;
const MOST_BATCH = 65_536;

/** Features that are on by one draw: alone, all together, or one of them. */
export interface Source {
  kind: "alone" | "together" | "one";
  members: number[];
}

export interface Plan {
  n: number;
  models: number;
  model: Model;
  sources: Source[];
  low: number;
  high: number;
  /** (model, feature) */
  density: Float64Array;
  /** (model, feature) */
  importance: Float64Array;
  /** (model) before schedule and warm-up */
  rates: Float64Array;
  steps: number;
  batch: number;
  schedule: Schedule;
  warmup: number;
  weightDecay: number;
  scale: number;
  origins: Origin[];
}

/** The plan of a request. Throws a Refusal. */
export function planned(request: Request): Plan {
  const { features } = request;
  const training = request.training ?? {};
  checkKnown(features ?? {}, FEATURES);
  checkKnown(training, TRAINING);
  const n = whole("n", features?.n, 1, MOST_FEATURES);
  const model = checkedModel(request.model);
  const models = counted(features, n);
  if (models * n * model.hidden > MOST_WEIGHTS) {
    refuse("models × n × hidden", `at most ${MOST_WEIGHTS.toLocaleString("en")}`, models * n * model.hidden);
  }
  const low = finite("low", features.low ?? 0);
  const high = finite("high", features.high ?? 1, `a finite number above low = ${low}`, (h) => h > low);
  const density = densities(features.density, models, n);
  const sources = sourcesOf(features, n);
  for (const source of sources) checkEqual(source, density, n);
  return {
    ...trained(training),
    ...{ n, models, model, sources, low, high, density },
    importance: importances(features.importance ?? 1, models, n),
    rates: ratesOf(training.lr ?? 1e-3, models),
    origins: originsOf(training.seed ?? 0, models),
  };
}

/** A plan with some of its settings changed. Throws a Refusal, and leaves the plan as it is. */
export function changed(plan: Plan, changes: Changes): Plan {
  const { models, n } = plan;
  const next = { ...plan };
  for (const name of Object.keys(changes)) {
    if (!CHANGES.includes(name)) {
      throw new Refusal(`${name} is not among what changes while models train: ${CHANGES.join(", ")}`);
    }
  }
  if (changes.density !== undefined) next.density = densities(changes.density, models, n);
  if (changes.importance !== undefined) next.importance = importances(changes.importance, models, n);
  if (changes.lr !== undefined) next.rates = ratesOf(changes.lr, models);
  if (changes.seed !== undefined) next.origins = originsOf(changes.seed, models);
  for (const source of next.sources) checkEqual(source, next.density, n);
  return next;
}

/** The plan of some models of a stack, each with the randomness that it has there. */
export function part(plan: Plan, chosen: number[]): Plan {
  const rows = (values: Float64Array): Float64Array =>
    Float64Array.from(chosen.flatMap((k) => [...values.subarray(k * plan.n, (k + 1) * plan.n)]));
  return {
    ...plan,
    models: chosen.length,
    density: rows(plan.density),
    importance: rows(plan.importance),
    rates: Float64Array.from(chosen, (k) => plan.rates[k]),
    origins: chosen.map((k) => plan.origins[k]),
  };
}

const FEATURES = ["n", "density", "importance", "correlated", "anticorrelated", "low", "high"];
const CHANGES = ["density", "importance", "lr", "seed"];
const TRAINING = ["steps", "batch", "lr", "schedule", "warmup", "weight_decay", "scale", "seed"];

/** What the library has and the page does not is refused, unless it is left open. */
function checkKnown(given: object, known: string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (value !== null && !known.includes(name)) {
      throw new Refusal(`${name} is not among what trains in the page: ${known.join(", ")}`);
    }
  }
}

function checkedModel(model: Model): Model {
  whole("hidden", model?.hidden, 1, MOST_FEATURES);
  oneOf("hidden_activation", model.hidden_activation, NAMES);
  oneOf("output_activation", model.output_activation, NAMES);
  oneOf("target", model.target, ["identity", "absolute"]);
  for (const name of ["tied", "bias", "hidden_bias"] as const) oneOf(name, model[name], [true, false]);
  return model;
}

function trained(training: Training) {
  const steps = whole("steps", training.steps ?? 10_000, 1, MOST_STEPS);
  return {
    steps,
    batch: whole("batch", training.batch ?? 1024, 1, MOST_BATCH),
    schedule: oneOf("schedule", training.schedule ?? "cosine", ["constant", "linear", "cosine"] as const),
    warmup: whole("warmup", training.warmup ?? 1, 1, steps),
    weightDecay: finite("weight_decay", training.weight_decay ?? 0),
    scale: finite("scale", training.scale ?? 1, "finite and > 0", (scale) => scale > 0),
  };
}

function counted(features: Features, n: number): number {
  const counts = [features.density, features.importance ?? 1].map((values) =>
    Array.isArray(values) && Array.isArray(values[0]) ? values.length : 1,
  );
  const models = Math.max(...counts);
  for (const count of counts) {
    if (count !== 1 && count !== models) {
      throw new Refusal(`importance must have as many models as density, ${counts[0]}, got ${counts[1]}`);
    }
  }
  if (models * n > MOST_MODELS * 10) refuse("models", `at most ${(MOST_MODELS * 10) / n}`, models);
  return whole("models", models, 1, MOST_MODELS);
}

/** Values for every feature of every model, as NumPy would broadcast them. */
function broadcast(name: string, values: Values, models: number, n: number): Float64Array {
  const rows = Array.isArray(values) && Array.isArray(values[0]) ? (values as number[][]) : [values];
  const fits = (row: unknown): boolean => !Array.isArray(row) || row.length === 1 || row.length === n;
  if ((rows.length !== 1 && rows.length !== models) || !rows.every(fits)) {
    refuse(name, `a number, ${n} numbers, or rows of as many for ${models} models`, values);
  }
  const full = new Float64Array(models * n);
  for (let q = 0; q < full.length; q++) {
    const row = rows[rows.length === 1 ? 0 : Math.floor(q / n)] as number | number[];
    const value = Array.isArray(row) ? row[row.length === 1 ? 0 : q % n] : row;
    full[q] = typeof value === "number" ? value : Number.NaN;
  }
  return full;
}

function densities(values: Values, models: number, n: number): Float64Array {
  const full = broadcast("density", values, models, n);
  const bad = full.find((p) => !(p > 0 && p <= 1));
  if (bad !== undefined) refuse("density", "in (0, 1]", bad);
  return full;
}

function importances(values: Values, models: number, n: number): Float64Array {
  const full = broadcast("importance", values, models, n);
  const bad = full.find((weight) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad !== undefined) refuse("importance", "finite and ≥ 0", bad);
  return full;
}

function ratesOf(lr: number | number[], models: number): Float64Array {
  const given = Array.isArray(lr) ? lr : new Array(models).fill(lr);
  if (given.length !== models) refuse("lr", `one number, or one for each of ${models} models`, lr);
  return Float64Array.from(given, (rate) => finite("lr", rate, "finite and > 0", (value) => value > 0));
}

function originsOf(seed: number | number[], models: number): Origin[] {
  const check = (one: number): number => whole("seed", one, 0, Number.MAX_SAFE_INTEGER);
  if (!Array.isArray(seed)) {
    return Array.from({ length: models }, (_, place) => ({ seed: check(seed), place }));
  }
  if (seed.length !== models) refuse("seed", `one number, or one for each of ${models} models`, seed);
  return seed.map((one) => ({ seed: check(one), place: 0 }));
}

function sourcesOf(features: Features, n: number): Source[] {
  const { correlated = [], anticorrelated = [] } = features;
  const sets: Source[] = [
    ...correlated.map((members) => ({ kind: "together" as const, members })),
    ...anticorrelated.map((members) => ({ kind: "one" as const, members })),
  ];
  const seen = new Set<number>();
  for (const { members } of sets) {
    if (members.length < 2) refuse("a correlated or anticorrelated set", "≥ 2 features", members);
    for (const i of members) {
      whole("a set's feature", i, 0, n - 1);
      if (seen.has(i)) throw new Refusal(`a feature may be in one set only, got feature ${i} twice`);
      seen.add(i);
    }
  }
  const alone = Array.from({ length: n }, (_, i) => i).filter((i) => !seen.has(i));
  return [...alone.map((i): Source => ({ kind: "alone", members: [i] })), ...sets];
}

function checkEqual(source: Source, density: Float64Array, n: number): void {
  for (let start = 0; start < density.length; start += n) {
    if (source.members.some((i) => density[start + i] !== density[start + source.members[0]])) {
      throw new Refusal(`density must be equal within a set, got unequal values for ${shown(source.members)}`);
    }
  }
}
