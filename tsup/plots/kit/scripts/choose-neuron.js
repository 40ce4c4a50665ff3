const place = placeOf(picker) - 1
for (const source of sources) {
  const alpha = Float32Array.from(source.data.neuron, (neuron) => place < 0 || neuron == place ? 1 : faint)
  source.data = {...source.data, alpha}
}
reading.text = readings[place + 1]
