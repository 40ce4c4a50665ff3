// The data of every source in one of the frames that were drawn beforehand.
function frameAt(changes, place) {
  const data = new Map()
  for (const [source, column, length, values] of changes) {
    if (!data.has(source)) data.set(source, {...source.data})
    data.get(source)[column] = length
      ? new Float32Array(values.buffer, values.byteOffset + 4 * length * place, length)
      : values[place]
  }
  return data
}
function show(data) { data.forEach((columns, source) => { source.data = columns }) }
