const [first] = cb_data.index.indices
const neurons = cb_data.renderer.data_source.data.neuron
choose(picker, first === undefined ? 0 : Math.round(neurons[first]) + 1)
