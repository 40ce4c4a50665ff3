const place = controls.reduce((sum, one) => sum * offered(one).length + placeOf(one), 0)
const fresh = new Map()
for (const [source, column, length, values] of changes) {
  if (!fresh.has(source)) fresh.set(source, {...source.data})
  fresh.get(source)[column] = length
    ? new Float32Array(values.buffer, values.byteOffset + 4 * length * place, length)
    : values[place]
}
fresh.forEach((data, source) => { source.data = data })
reading.text = readings[place]
