const dot = (a, b) => a.reduce((sum, one, k) => sum + one * b[k], 0)
const answer = ({W, b}, x) => {
  const hidden = W.map((row) => dot(row, x))
  return [hidden, b.map((bias, i) => Math.max(0, bias + hidden[0] * W[0][i] + hidden[1] * W[1][i]))]
}
const along = ({W}, degrees, budget) => {
  const [c, s] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)]
  const row = W[0].map((w, i) => c * w + s * W[1][i]), length = Math.sqrt(dot(row, row))
  return row.map((value) => length > 1e-9 ? budget * value / length : 0)
}
const off = (x, outputs) => x.reduce((sum, value, i) => sum + (value - outputs[i]) ** 2, 0)
const shift = (one, x, degrees, budget) => {
  const move = along(one, degrees, budget), clean = answer(one, x)[1]
  return answer(one, x.map((value, i) => value + move[i]))[1].map((value, i) => Math.abs(value - clean[i]) / budget)
}
