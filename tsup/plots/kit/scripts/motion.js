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
if (losses.data.loss !== run.loss) {
  losses.data = {step: losses.data.step, loss: run.loss}
  shades.forEach((shade, k) => {
    shade.visible = k < run.plateaus.length
    if (shade.visible) [shade.left, shade.right] = run.plateaus[k]
  })
}
now.location = steps[place]
const state = run.plateaus.findIndex(([left, right]) => steps[place] >= left && steps[place] <= right)
const where = state < 0 ? "between plateaus" : `on plateau ${state + 1} of ${run.plateaus.length}`
reading.text = `Start ${chosen(start)}, step ${chosen(step)}: loss ${run.loss[place].toFixed(4)}, ${where}.`
