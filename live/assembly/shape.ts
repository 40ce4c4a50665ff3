/** What the models of a stack share, and where in memory their numbers are; set once, by `wasm.ts`, in bytes. */

export let n: i32 = 0;
export let m: i32 = 0;
export let rows: i32 = 0;
export let low: f32 = 0;
export let span: f32 = 0;
export let hiddenKind: i32 = 0;
export let outputKind: i32 = 0;
export let absolute: bool = false;
export let bias: bool = false;
export let hiddenBias: bool = false;

/** Bytes of a feature's column, and of all parameters of a model. */
export let stride: usize = 0;
export let size: usize = 0;

/** Within a model: where its parameters' sections begin, its moments, and what it is trained on. */
export const V: usize = 0;
export let U: usize = 0;
export let b: usize = 0;
export let c: usize = 0;
export let first: usize = 0;
export let second: usize = 0;
export let importance: usize = 0;
export let density: usize = 0;
export let perGap: usize = 0;
export let random: usize = 0;

/** Shared: the gradient, and its sums by lane. */
export let gradient: usize = 0;
export let lanes: usize = 0;
/** Shared: a row's, or some rows', hidden values, slopes and what comes back. */
export let h: usize = 0;
export let slopes: usize = 0;
export let back: usize = 0;
/** Shared: a block of rows, the bytes from a feature to the next and from a row to the next; where its rows'
 * weights, 1 each, end, with that of the empty row and zeros behind. */
export let x: usize = 0;
export let acrossFeatures: usize = 0;
export let acrossRows: usize = 0;
export let block: i32 = 0;
export let times: usize = 0;
/** Bytes of a number for every feature, with what fills the last vector. */
export let width: usize = 0;
let laneBlock: i32 = 0;
export let rowBlock: i32 = 0;
/** Shared, of `gram.ts`: G, S, e, U transposed, a row's active features, and its outputs. */
export let gram: usize = 0;
export let outer: usize = 0;
export let constant: usize = 0;
export let turned: usize = 0;
export let active: usize = 0;
export let z: usize = 0;
/** Shared: where a row of the block is kept, and the row in which each source is on next. */
export let places: usize = 0;
export let next: usize = 0;
/** Shared: kind, count and members of every source. */
export let sources: usize = 0;
export let sourceCount: i32 = 0;
/** Shared: exponential and uniform draws that are not used yet. */
export let exponentials: usize = 0;
export let uniforms: usize = 0;

export function setWorld(n_: i32, m_: i32, rows_: i32, low_: f32, span_: f32): void {
  n = n_;
  m = m_;
  rows = rows_;
  low = low_;
  span = span_;
}

export function setModel(hiddenKind_: i32, outputKind_: i32, absolute_: bool, bias_: bool, hiddenBias_: bool): void {
  hiddenKind = hiddenKind_;
  outputKind = outputKind_;
  absolute = absolute_;
  bias = bias_;
  hiddenBias = hiddenBias_;
}

export function setParameters(stride_: usize, size_: usize, U_: usize, b_: usize, c_: usize): void {
  stride = stride_;
  size = size_;
  U = U_;
  b = b_;
  c = c_;
}

export function setOwn(importance_: usize, density_: usize, perGap_: usize, random_: usize): void {
  first = size;
  second = 2 * size;
  importance = importance_;
  density = density_;
  perGap = perGap_;
  random = random_;
}

export function setSums(gradient_: usize, lanes_: usize, h_: usize, slopes_: usize, back_: usize): void {
  gradient = gradient_;
  lanes = lanes_;
  h = h_;
  slopes = slopes_;
  back = back_;
}

export function setBlock(x_: usize, width_: usize, laneBlock_: i32, rowBlock_: i32, times_: usize): void {
  x = x_;
  width = width_;
  laneBlock = laneBlock_;
  rowBlock = rowBlock_;
  times = times_;
}

export function setGram(
  gram_: usize,
  outer_: usize,
  constant_: usize,
  turned_: usize,
  active_: usize,
  z_: usize,
): void {
  gram = gram_;
  outer = outer_;
  constant = constant_;
  turned = turned_;
  active = active_;
  z = z_;
}

/** Rows are lanes where features are apart and rows together. */
export function layRows(lanes: bool): void {
  block = lanes ? laneBlock : rowBlock;
  acrossFeatures = lanes ? (<usize>(block + 8)) << 2 : 4;
  acrossRows = lanes ? 4 : width;
}

export function setDraws(places_: usize, next_: usize, sources_: usize, sourceCount_: i32, drawn: usize): void {
  places = places_;
  next = next_;
  sources = sources_;
  sourceCount = sourceCount_;
  exponentials = drawn;
  uniforms = drawn + 256;
}
