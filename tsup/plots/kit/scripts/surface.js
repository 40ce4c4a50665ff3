const [p, r] = [density, ratio].map(({value}) => Number(value)), biased = chosen(bias) === "best"
const losses = surface(p, r, biased, size, limit), lowest = minima(losses, p, r, biased, size, limit)
const nothing = nothingLearned(p, r, biased), best = Math.min(...losses)
const shade = (loss) => 1 - Math.sqrt(Math.max(loss - best, 0) / (nothing - best))
map.data.image[0].set(losses.map(shade))
map.data.loss[0].set(losses)
map.change.emit()
const both = lowest.slice(0, most).flatMap(([loss, u, v], k) => [[loss, u, v, k], [loss, -u, -v, k]])
dots.data = {
  x: both.map((one) => one[1]), y: both.map((one) => one[2]), loss: both.map((one) => one[0]),
  colour: both.map((one) => one[3] ? slate : gold),
}
for (const source of picked) source.data = {x: [p], y: [r]}
const named = lowest.slice(0, most).map(([loss, u, v]) => `${number(loss, 5)} at (${number(u, 2)}, ${number(v, 2)})`)
const costs = fixed.map(([name, cost]) => `${name} ${number(arrangementLoss(cost, p, r), 5)}`)
reading.text = `Density ${density.value}, relative importance ${ratio.value}: minima of the loss ${named.join("; ")}.`
  + (costs.length ? ` Fixed arrangements: ${costs.join("; ")}.` : "")
