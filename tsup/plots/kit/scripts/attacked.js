const one = models[placeOf(model)]
const x = inputs[placeOf(input)], epsilon = Number(budget.value), turn = Number(angle.value)
const move = along(one, turn, epsilon), moved = x.map((value, i) => value + move[i])
const [[before, clean], [after, hurt]] = [answer(one, x), answer(one, moved)]
const numbers = x.map((_, i) => i)
arms.data = {...arms.data, x1: one.W[0], y1: one.W[1]}
way.data = {x0: [before[0]], y0: [before[1]], x1: [after[0]], y1: [after[1]]}
above.data = {...above.data, x: numbers, before: x, after: moved}
below.data = {...below.data, x: numbers, before: clean, after: hurt}
const angles = course.data.angle
const shifts = Array.from(angles, (degrees) => shift(one, x, degrees, epsilon))
course.data = {angle: angles, moved: shifts.map((values) => Math.sqrt(dot(values, values)))}
each.data = {...each.data, ys: x.map((_, i) => shifts.map((values) => values[i]))}
rows.data = {...rows.data, angle: one.angles}
now.location = turn
const change = clean.map((value, i) => Math.abs(hurt[i] - value)), most = change.indexOf(Math.max(...change))
const far = Math.sqrt(dot(change, change)), hurts = number(off(x, hurt), 3)
reading.text = `${chosen(model)}, ${chosen(input)}: the input moves by ${budget.value}, the outputs by ${number(far)}. `
  + (far < 0.005 ? "No output changes." : `Output ${most} changes most, from ${number(clean[most])} to `
  + `${number(hurt[most])}; the squared error goes from ${number(off(x, clean), 3)} to ${hurts}.`)
