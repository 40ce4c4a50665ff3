// What the scripts of figures do to stand-ins of Bokeh's objects: run by test_plots_scripts.py, or by `node --test`.
import assert from "node:assert/strict"
import {readFileSync} from "node:fs"
import {test} from "node:test"

const text = (name) => readFileSync(new URL(`../tsup/plots/kit/scripts/${name}.js`, import.meta.url), "utf8")

// Runs scripts one after another with these free variables; returns what they return.
function run(names, variables) {
  const code = [names].flat().map(text).join("\n")
  return new Function(...Object.keys(variables), code)(...Object.values(variables))
}

const slider = (categories, value) => ({categories, value})
const buttons = (labels, active) => ({labels, active})

test("a drag turns by half a degree a pixel, in steps, around the circle and up to the poles", () => {
  const at = {turn: slider([], "10"), tilt: slider([], "80"), step: 2, state: {}}
  run("drag", {...at, cb_obj: {event_name: "panstart"}})
  run("drag", {...at, cb_obj: {event_name: "pan", delta_x: 60, delta_y: 50}})
  assert.deepEqual([at.turn.value, at.tilt.value], ["340", "90"])
  run("drag", {...at, cb_obj: {event_name: "pan", delta_x: -5, delta_y: -7}})
  assert.deepEqual([at.turn.value, at.tilt.value], ["12", "76"])
})

test("Play goes from the end back to the first frame, calmly where asked, and stops at the last", (t) => {
  t.mock.timers.enable({apis: ["setInterval"]})
  const play = {active: true}, step = slider(["1", "10", "100"], "100")
  const calm = {matchMedia: () => ({matches: true})}, given = {play, step, fast: 12, slow: 1, state: {}}
  run("play", {...given, window: calm})
  assert.deepEqual([play.label, step.value], ["Pause", "1"])
  t.mock.timers.tick(999)
  assert.equal(step.value, "1")
  t.mock.timers.tick(1001)
  assert.equal(step.value, "100")
  t.mock.timers.tick(1000)
  assert.equal(play.active, false)
  run("play", {...given, window: {}})
  assert.equal(play.label, "Play")
})

test("the chosen neuron stands out in every panel, and pointing at one chooses it", () => {
  const picker = buttons(["all", "0", "1"], 2), reading = {}
  const source = {data: {neuron: [0, 1, 1], x: [5, 6, 7]}}
  const given = {picker, sources: [source], faint: 0.25, readings: ["whole", "first", "second"], reading}
  run(["control", "choose-neuron"], given)
  assert.deepEqual([...source.data.alpha], [0.25, 1, 1])
  assert.deepEqual([source.data.x, reading.text], [[5, 6, 7], "second"])
  const marks = {data_source: source}, others = {data_source: source}, state = {}
  const pointed = (indices, renderer = marks) => run(["control", "point-neuron"], {
    picker, state, cb_data: {index: {indices}, renderer},
  })
  pointed([0])
  assert.equal(picker.active, 1)
  pointed([], others)
  assert.equal(picker.active, 1)
  pointed([])
  assert.equal(picker.active, 0)
  run(["control", "choose-neuron"], given)
  assert.deepEqual([...source.data.alpha], [1, 1, 1])
})

test("a tap picks the nearest density and importance on the logarithmic scale", () => {
  const density = slider(["1", "0.3", "0.1"], "1"), ratio = slider(["0.1", "1", "10"], "1")
  run("pick-point", {density, ratio, cb_obj: {x: 0.18, y: 3.1}})
  assert.deepEqual([density.value, ratio.value], ["0.3", "1"])
  run("pick-point", {density, ratio, cb_obj: {x: 0.17, y: 3.2}})
  assert.deepEqual([density.value, ratio.value], ["0.1", "10"])
  run("pick-density", {density, densities: [1, 0.3, 0.1], cb_obj: {x: 1 / 0.6}})
  assert.equal(density.value, "1")
})

test("numbers beside the pointer are written as the figure says", () => {
  assert.deepEqual([-0.4, 2.6].map((value) => run("whole-number", {value})), ["0", "3"])
  assert.equal(run(["arrangement", "cost"], {c: [0, 0.25, 1 / 3, -0.25], special_vars: {x: 0.5, y: 2}}), "0.271")
})

test("what a control offers and where it stands does not depend on its kind", () => {
  const list = {options: [..."abc"], value: "b"}
  for (const control of [slider([..."abc"], "b"), buttons([..."abc"], 1), list]) {
    const ask = new Function("control", `${text("control")}; return [offered(control), placeOf(control), chosen(control)]`)
    assert.deepEqual(ask(control), [[..."abc"], 1, "b"])
  }
})

test("a frame is cut out of the frames of all positions of the controls, the last control the fastest", () => {
  const source = {data: {x: [0], kept: [9]}}, reading = {}
  const values = Float32Array.from({length: 12}, (_, k) => k)
  const controls = [buttons(["a", "b"], 1), slider(["c", "d", "e"], "d")]
  const changes = [[source, "x", 2, values], [source, "name", 0, ["p", "q", "r", "s", "t", "u"]]]
  run(["control", "frame", "move-frame"], {controls, changes, reading, readings: [..."012345"]})
  assert.deepEqual([[...source.data.x], source.data.name, source.data.kept], [[8, 9], "t", [9]])
  assert.equal(reading.text, "4")
})

test("numbers glide from frame to frame, texts change at once, and a reader may want none of it", () => {
  const waiting = [], ask = (step) => { waiting.push(step) }
  const glide = (source, calm, at) => run(["control", "frame", "glide"], {
    control: slider(["a", "b"], at), changes: [[source, "x", 2, Float32Array.from([0, 10, 8, 20])], [source, "name", 0, ["p", "q"]]],
    state, lasting: 100, reading, readings: ["first", "second"], window: {matchMedia: () => ({matches: calm})},
    performance: {now: () => 0}, requestAnimationFrame: ask,
  })
  const state = {}, reading = {}, source = {data: {x: Float32Array.from([0, 10]), name: "p", kept: [1]}}
  glide(source, false, "b")
  assert.equal(reading.text, "second")
  waiting.shift()(50)
  assert.deepEqual([[...source.data.x], source.data.name, source.data.kept], [[4, 15], "q", [1]])
  const stale = waiting.shift()
  glide(source, true, "a")
  assert.deepEqual([[...source.data.x], source.data.name, waiting.length], [[0, 10], "p", 0])
  stale(100)
  assert.deepEqual([...source.data.x], [0, 10])
})

test("a density's graph and its marker replace those of the one before", () => {
  const shown = {count: 2, nodes: [0, 1, 2, 3, 0.5, 0.4, 7, 8], strength: [0.5, 9], edges: [0, 1, 1, 0]}
  const nodes = {}, edges = {}, marker = {data: {low: [0], high: [1]}}, reading = {}
  const given = {nodes, edges, marker, reading, widest: 10, densities: [1, 0.25], readings: ["one", "two"]}
  run(["control", "move-density"], {...given, density: slider(["1", "0.25"], "0.25"), graphs: [null, shown]})
  assert.deepEqual([...nodes.data.y], [2, 3])
  assert.deepEqual([...nodes.data.feature], [7, 8])
  assert.deepEqual([[...edges.data.x0], [...edges.data.y1], [...edges.data.width]], [[0, 1], [3, 2], [5, 13]])
  assert.deepEqual([marker.data.x, marker.data.high, reading.text], [[4], [1], "two"])
})

test("what a script wrote becomes the figure's accessible name", () => {
  const said = {}
  const figure = {setAttribute: (name, value) => { said[name] = value }}
  const view = {el: {parentElement: {closest: (selector) => (selector === "[aria-label]" ? figure : null)}}}
  const whole = {}
  run("say", {cb_context: {index: new Map([[whole, view]])}, whole, reading: {text: "five features"}})
  assert.deepEqual(said, {"aria-label": "five features"})
  run("say", {cb_context: undefined, whole, reading: {text: "nothing"}})
})

test("an attack moves the outputs by what two passes through the model say", () => {
  const model = {W: [[1, 0.5], [0, -1]], b: [0, 0.1], angles: [1, 2]}
  const budget = {value: "0.5"}, angle = {value: "0"}, reading = {}
  const data = () => ({data: {kept: 1}})
  const given = {
    models: [model], model: buttons(["small"], 0), input: slider(["one"], "one"), inputs: [[1, 0]],
    budget, angle, reading, now: {}, arms: data(), way: data(), above: data(), below: data(), each: data(), rows: data(),
    course: {data: {angle: [0, 90]}},
  }
  run(["control", "number", "under-attack", "attacked"], given)
  const length = Math.hypot(1, 0.5), moved = [1 + 0.5 / length, 0.25 / length]
  given.above.data.after.forEach((value, i) => assert.ok(Math.abs(value - moved[i]) < 1e-12))
  const hidden = [moved[0] + 0.5 * moved[1], -moved[1]]
  const outputs = [hidden[0], Math.max(0, 0.1 + 0.5 * hidden[0] - hidden[1])]
  given.below.data.after.forEach((value, i) => assert.ok(Math.abs(value - outputs[i]) < 1e-12))
  assert.match(reading.text, /^small, one: the input moves by 0.5, the outputs by \d\.\d\d\. Output 0 changes most/)
  assert.equal(given.way.data.x0[0], 1)
})

test("what is nearer is painted later, in the gallery and in motion", () => {
  const octahedron = [[0, 0, 1], [0, 0, -1], [1, 0, 0]]
  const shape = {vertices: octahedron, faces: [[0, 1, 2]], edges: [[0, 1], [1, 2]], dimensionality: [1, 2, 3], text: "three"}
  const panel = () => ({data: {}}), angles = {turn: {value: "30"}, tilt: {value: "90"}}
  const given = {...angles, shape: buttons(["it"], 0), shapes: {it: shape}, faces: panel(), edges: panel(), dots: panel(), reading: {}}
  run(["control", "turn", "polytope"], given)
  assert.deepEqual(given.dots.data.vertex, [1, 2, 0])
  assert.deepEqual([given.dots.data.dimensionality, given.reading.text], [[2, 3, 1], "three"])

  const losses = {data: {step: [1, 10], loss: []}}, now = {}, reading = {}, shades = [{}, {}]
  const one = {
    W: [octahedron, octahedron], loss: [0.5, 0.25], plateaus: [[5, 20]], octahedron: 2, stages: {x: [2, 10], text: ["A", "B"]},
  }
  const frame = panel(), stages = {data: {x: [], text: [], y: [9]}}
  const moving = {...angles, start: buttons(["0"], 0), step: slider(["1", "10"], "10"), runs: [one], steps: [1, 10], edges: [[0, 3]], frame, stages}
  run(["control", "turn", "motion"], {...moving, losses, now, reading, shades, dots: given.dots, arms: panel(), colours: [..."abc"]})
  assert.deepEqual([given.dots.data.feature, given.dots.data.colour], [[1, 2, 0], ["b", "c", "a"]])
  assert.deepEqual([now.location, shades[0], shades[1].visible], [10, {visible: true, left: 5, right: 20}, false])
  assert.equal(reading.text, "Start 0, step 10: loss 0.2500, stage B, on plateau 1 of 1.")
  assert.deepEqual(stages.data, {x: [2, 10], text: ["A", "B"], y: [9, 9]})
  assert.deepEqual([frame.data.x0[0] + frame.data.x1[0], frame.data.x0[0]].map((value) => value.toFixed(3)), ["0.000", "1.732"])
})
