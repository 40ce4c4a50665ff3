const one = shapes[chosen(shape)], places = seen(one.vertices, Number(turn.value), Number(tilt.value))
const corners = ordered(one.faces, places), lines = ordered(one.edges, places)
const order = ordered(places.map((_, k) => [k]), places).map(([k]) => k)
const along = (axis) => corners.map((face) => face.map((k) => places[k][axis]))
faces.data = {x: along(0), y: along(1)}
edges.data = {
  x0: lines.map(([k]) => places[k][0]), y0: lines.map(([k]) => places[k][1]),
  x1: lines.map(([, k]) => places[k][0]), y1: lines.map(([, k]) => places[k][1]),
  width: lines.map(([k, l]) => 2.2 + 0.6 * (places[k][2] + places[l][2])),
}
dots.data = {
  x: order.map((k) => places[k][0]), y: order.map((k) => places[k][1]), size: order.map((k) => 13 + 4 * places[k][2]),
  vertex: order, dimensionality: order.map((k) => one.dimensionality[k]),
}
reading.text = one.text
