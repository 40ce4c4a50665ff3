const run = runs[placeOf(start)]
const place = placeOf(step)
const places = seen(run.W[place], Number(turn.value), Number(tilt.value))
const order = ordered(places.map((_, k) => [k]), places).map(([k]) => k)
dots.data = {
  x: order.map((k) => places[k][0]), y: order.map((k) => places[k][1]), size: order.map((k) => 13 + 4 * places[k][2]),
  feature: order, colour: order.map((k) => colours[k]),
}
arms.data = {
  x0: order.map(() => 0), y0: order.map(() => 0),
  x1: order.map((k) => places[k][0]), y1: order.map((k) => places[k][1]),
  colour: order.map((k) => colours[k]),
}
const far = run.octahedron, axes = [0, 1, 2].map((axis) => [0, 1, 2].map((k) => k === axis ? far : 0))
const corners = seen([...axes, ...axes.map((one) => one.map((value) => -value))], Number(turn.value), Number(tilt.value))
const edge = (side, axis) => edges.map((ends) => corners[ends[side]][axis])
frame.data = {x0: edge(0, 0), y0: edge(0, 1), x1: edge(1, 0), y1: edge(1, 1)}
if (losses.data.loss !== run.loss) {
  const {x, text} = run.stages, [top] = stages.data.y
  stages.data = {x, text, y: x.map(() => top)}
  losses.data = {step: losses.data.step, loss: run.loss}
  shades.forEach((shade, k) => {
    shade.visible = k < run.plateaus.length
    if (shade.visible) [shade.left, shade.right] = run.plateaus[k]
  })
}
now.location = steps[place]
const state = run.plateaus.findIndex(([, right]) => steps[place] <= right), on = steps[place] >= run.plateaus[state]?.[0]
const letter = String.fromCharCode("A".charCodeAt(0) + 2 * state + on)
const where = state < 0 ? (run.plateaus.length ? "beyond the plateaus" : "no plateau")
  : `stage ${letter}, ${on ? `on plateau ${state + 1} of ${run.plateaus.length}` : "between plateaus"}`
reading.text = `Start ${chosen(start)}, step ${chosen(step)}: loss ${run.loss[place].toFixed(4)}, ${where}.`
