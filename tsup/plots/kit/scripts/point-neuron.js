// One pointer is asked of every kind of mark in turn: only the one that chose a neuron may let it go.
const [first] = cb_data.index.indices, asked = cb_data.renderer
if (first !== undefined) {
  state.by = asked
  choose(picker, Math.round(asked.data_source.data.neuron[first]) + 1)
} else if (state.by === asked) {
  state.by = null
  choose(picker, 0)
}
