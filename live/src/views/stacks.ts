/** `tsup.plots.stacks`: a column for every neuron, a block for every weight, a tile for how many features it holds. */

import type { Scene, ViewOf } from "../lesson";
import { columnsOf, interference, norm, type Vectors } from "./measure";
import { counted, type Draw, embeddings, table } from "./view";

const HELD = 0.25;
const GAP = 0.008;
const [NUMBER, AXES] = [14, 40];
const KINDS = ["#71829a2e", "#71829a", "#bd8200"];
const FEW = 20;

/** constants: reach, the ends of the scale; height of the panel in pixels. */
export function stacks({ reach, height = 340 }: ViewOf): Draw {
  const [low, high] = reach as [number, number];
  const long = high - low;
  const least = (long * NUMBER) / (Number(height) - AXES);
  return (scene) => {
    const { neurons, shared } = scene.plan.model.tied ? tied(scene) : apart(scene);
    const order = ordered(neurons);
    const blocks = stacked(neurons, order, low, high);
    const few = neurons.length <= FEW && shared.length <= FEW;
    const tall = blocks.filter(
      ({ weight, top, bottom }) => few && Math.abs(weight) > least && Math.abs(top - bottom) > least / 2,
    );
    return {
      sources: {
        "stacks-0": table(blocks, (block) => ({ ...block, value: shared[block.feature] })),
        "stacks-0-numbers": table(tall, ({ column, top, bottom, feature }) => ({
          ...{ x: column, y: (top + bottom) / 2, text: String(feature) },
        })),
        "stacks-0-kinds": table(order, (a, column) => ({
          ...{ column, bottom: low - long / 20, top: low - long / 50, held: held(neurons[a]) },
          colour: KINDS[Math.min(held(neurons[a]), 2)],
        })),
      },
    };
  };
}

interface Stack {
  /** Weights of every neuron, one a feature. */
  neurons: Vectors;
  /** Of every feature, how much others meddle with it. */
  shared: number[];
}

function tied(scene: Scene): Stack {
  const V = embeddings(scene);
  return { neurons: turned(V), shared: interference(V) };
}

/** |W₁| with the largest of each neuron at 1, and how much a feature shares its neurons: `circuits.superposition`. */
function apart(scene: Scene): Stack {
  const { weights, plan, best } = scene;
  const inward = turned(embeddings(scene)).map((row) => row.map(Math.abs));
  const outward = columnsOf(weights.W2, plan.model.hidden, plan.models, best);
  const squares = inward.map((row, a) => row.map((one) => (one * norm(outward[a])) ** 2));
  const whole = squares.map((row) => row.reduce((sum, one) => sum + one, 0));
  const shared = counted(plan.n).map((i) => {
    const all = squares.reduce((sum, row) => sum + row[i], 0);
    const with_ = squares.reduce((sum, row, a) => sum + row[i] * (whole[a] > 0 ? 1 - row[i] / whole[a] : 1), 0);
    return all > 0 ? with_ / all : 0;
  });
  return { neurons: inward.map((row) => row.map((one) => one / (Math.max(...row) || 1))), shared };
}

const turned = (V: Vectors): Vectors => V[0].map((_, h) => V.map((v) => v[h]));

const held = (row: number[]): number => row.filter((one) => Math.abs(one) > HELD).length;

/** Neurons by their largest weight's feature, then by its size; those that hold none come last. */
function ordered(neurons: Vectors): number[] {
  const keys = neurons.map((row) => {
    const size = row.map(Math.abs);
    const most = Math.max(...size);
    return [held(row) ? 0 : 1, size.indexOf(most), -most];
  });
  const compare = (a: number[], b: number[]): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
  return counted(neurons.length).sort((a, b) => compare(keys[a], keys[b]) || a - b);
}

/** The blocks of all columns, as far as the scale reaches. */
function stacked(neurons: Vectors, order: number[], low: number, high: number) {
  const cut = (value: number): number => Math.min(Math.max(value, low), high);
  return order.flatMap((neuron, column) => {
    const ends = [0, 0];
    return neurons[neuron].map((weight, feature) => {
      const side = weight > 0 ? 1 : 0;
      const from = ends[side];
      ends[side] += weight;
      const inset = Math.min(((high - low) * GAP) / 2, 0.2 * Math.abs(weight)) * Math.sign(weight);
      return { column, neuron, feature, weight, bottom: cut(from + inset), top: cut(ends[side] - inset) };
    });
  });
}
