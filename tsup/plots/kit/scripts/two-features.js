const BIASES = Array.from({length: 15}, (_, k) => -2.2 + 0.2 * k)
const GOLDEN = (Math.sqrt(5) - 1) / 2, HALF = 0.5 - Math.sqrt(1 / 12)

// Mean of (x − ReLU(c + g x))² for x uniform on [0, 1] and g ≥ 0.
function on(c, g) {
  const s = 1 - g
  const low = c >= 0 ? 0 : -c >= g ? 1 : -c / g
  const square = low * low, cube = square * low
  return cube / 3 + s * s * (1 - cube) / 3 - s * c * (1 - square) + c * c * (1 - low)
}
function off(c) { return c > 0 ? c * c : 0 }

// Expected error of one feature at density p, with pre-activation b + g x + h y; pieces of y between kinks are cubic.
function error(b, g, h, p) {
  const apart = (c) => (1 - p) * off(c) + p * on(c, g)
  let first = 0, last = 0
  if (h !== 0) {
    first = Math.min(1, Math.max(0, -b / h))
    last = Math.min(1, Math.max(0, -(b + g) / h))
    if (first > last) [first, last] = [last, first]
  }
  let both = 0
  for (const [from, to] of [[0, first], [first, last], [last, 1]]) {
    const width = to - from
    if (width > 0) both += width / 2 * (apart(b + h * (from + HALF * width)) + apart(b + h * (to - HALF * width)))
  }
  return (1 - p) * apart(b) + p * both
}

// The least error over b: the best of a coarse row, then golden sections around it.
function least(g, h, p) {
  const biases = [...BIASES, p / 2, p].sort((one, other) => one - other)  // p / 2 is best for a feature left out
  let place = 0, found = Infinity
  biases.forEach((b, k) => {
    const here = error(b, g, h, p)
    if (here < found - 1e-12) [found, place] = [here, k]
  })
  let low = biases[Math.max(place - 1, 0)], high = biases[Math.min(place + 1, biases.length - 1)]
  let a = high - GOLDEN * (high - low), c = low + GOLDEN * (high - low)
  let left = error(a, g, h, p), right = error(c, g, h, p)
  for (let round = 0; round < 18; round++) {
    if (left < right) {
      high = c; c = a; right = left; a = high - GOLDEN * (high - low); left = error(a, g, h, p)
    } else {
      low = a; a = c; left = right; c = low + GOLDEN * (high - low); right = error(c, g, h, p)
    }
  }
  return Math.min(left, right, found)
}

// Loss of weights (u, v), the second feature weighing r, with the best biases or with none.
function loss(u, v, p, r, biased) {
  const one = biased ? least : (g, h, p) => error(0, g, h, p)
  return one(u * u, u * v, p) + r * one(v * v, u * v, p)
}

// The loss of weights 0, which leave out both features.
function nothingLearned(p, r, biased) { return (1 + r) * (p / 3 - (biased ? p * p / 4 : 0)) }

// Losses on a square grid of weights, rows v and columns u; (u, v) and (−u, −v) are one model.
function surface(p, r, biased, size, limit) {
  const at = (k) => limit * (2 * k / (size - 1) - 1)
  const table = new Float64Array(size * size), one = biased ? least : (g, h, p) => error(0, g, h, p)
  for (let k = 0, last = size * size - 1; k <= last / 2; k++) {
    const v = at(Math.floor(k / size)), u = at(k % size)
    table[k] = table[last - k] = one(u * u, u * v, p)
  }
  return table.map((error, k) => error + r * table[(k % size) * size + Math.floor(k / size)])
}

// The grid's minima, each walked downhill to its place: [loss, u, v], the best first; one of each mirrored two.
function minima(losses, p, r, biased, size, limit) {
  const found = [], at = (k) => limit * (2 * k / (size - 1) - 1)
  for (let row = 0; row < size; row++) for (let column = Math.floor(size / 2); column < size - 1; column++) {
    const here = losses[row * size + column], around = []
    for (const i of [-1, 0, 1]) for (const j of [-1, 0, 1]) {
      const next = losses[(row + i) * size + column + j]
      if ((i || j) && next !== undefined) around.push(next)
    }
    if (row === 0 || row === size - 1 || around.some((next) => next < here)) continue
    const [value, u, v] = downhill(at(column), at(row), 2 * limit / (size - 1), p, r, biased)
    if (!found.some(([, a, b]) => near(a - u, b - v) || near(a + u, b + v))) found.push([value, u, v])
  }
  return found.sort((one, other) => one[0] - other[0])
}
function near(across, up) { return Math.hypot(across, up) < 0.03 }

function downhill(u, v, step, p, r, biased) {
  let here = loss(u, v, p, r, biased)
  while (step > 2e-4) {
    let moved = false
    for (const [i, j] of [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]]) {
      const next = loss(u + i * step, v + j * step, p, r, biased)
      if (next < here - 1e-12) { here = next; u += i * step; v += j * step; moved = true; break }
    }
    if (!moved) step /= 2
  }
  return [here, u, v]
}
