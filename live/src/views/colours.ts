/** The colours of features, as `tsup.plots.kit.palette` has them. */

const FEATURES = ["#0072b2", "#d55e00", "#009e73", "#c12292", "#9d87bc", "#9a5949", "#1493fa", "#5957ec"];
const SEQUENCE = [0xa23fb4, 0x5f61ee, 0x1f7fc4, 0x0b8f91, 0x2f9a5c];

/** Distinct ones up to eight; beyond that a sequence by falling importance. */
export function features(importance: number[]): string[] {
  const n = importance.length;
  if (n <= FEATURES.length) return FEATURES.slice(0, n);
  const order = importance.map((_, i) => i).sort((i, j) => importance[j] - importance[i] || i - j);
  const colours: string[] = [];
  order.forEach((i, rank) => {
    colours[i] = between(rank * ((SEQUENCE.length - 1) / (n - 1)));
  });
  return colours;
}

/** The colour at a place among those of the sequence. */
function between(at: number): string {
  const from = Math.min(Math.floor(at), SEQUENCE.length - 2);
  const parts = [16, 8, 0].map((shift) => {
    const [a, b] = [SEQUENCE[from], SEQUENCE[from + 1]].map((colour) => (colour >> shift) & 255);
    return Math.floor((b - a) * (at - from) + a)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
