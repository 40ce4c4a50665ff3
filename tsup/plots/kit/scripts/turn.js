// Vertices seen after a turn about the upright axis and a tilt towards the reader: [across, up, nearness].
function seen(vertices, turn, tilt) {
  const [a, b] = [turn, tilt].map((angle) => angle * Math.PI / 180)
  return vertices.map(([x, y, z]) => {
    const across = x * Math.cos(a) + y * Math.sin(a), away = y * Math.cos(a) - x * Math.sin(a)
    return [across, z * Math.cos(b) + away * Math.sin(b), z * Math.sin(b) - away * Math.cos(b)]
  })
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
// The nearest last: what is painted later covers what was painted before.
function ordered(groups, places) {
  const near = (group) => mean(group.map((vertex) => places[vertex][2]))
  return [...groups].sort((one, other) => near(one) - near(other))
}
