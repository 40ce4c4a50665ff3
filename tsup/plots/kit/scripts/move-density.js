const place = placeOf(density), shown = graphs[place]
// Bokeh's arrays know a shape, which their parts would inherit: plain ones are taken from them.
const all = Float32Array.from(shown.nodes), strength = Float32Array.from(shown.strength)
const part = (k) => all.slice(k * shown.count, (k + 1) * shown.count)
nodes.data = {x: part(0), y: part(1), dimensionality: part(2), feature: part(3)}
const size = strength.length, ends = shown.edges
const at = (side, k) => Float32Array.from({length: size}, (_, edge) => part(k)[ends[2 * edge + side]])
edges.data = {
  x0: at(0, 0), y0: at(0, 1), x1: at(1, 0), y1: at(1, 1),
  strength, width: strength.map((value) => widest * Math.min(value, 1.3)),
}
marker.data = {x: [1 / densities[place]], low: marker.data.low, high: marker.data.high}
reading.text = readings[place]
