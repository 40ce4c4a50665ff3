const [first] = cb_data.index.indices
const neuron = first === undefined ? "all" : String(Math.round(cb_data.renderer.data_source.data.neuron[first]))
if (slider.value !== neuron) { slider.value = neuron }
