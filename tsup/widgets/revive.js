// In a notebook that was saved as a page, with the state of its widgets: makes the figures that train alive without a kernel.
// What shows widgets in such a page is asked for from another host, and finds the places of these taken.
() => {
  const parsed = (type, root = document) =>
    [...root.querySelectorAll(`script[type="application/vnd.jupyter.widget-${type}+json"]`)].map((script) => [script, JSON.parse(script.textContent)])
  const revive = async (script, traits) => {
    const el = document.createElement("div")
    script.replaceWith(el)
    const model = {
      get: (name) => traits[name], set: (name, value) => { traits[name] = value },
      save_changes() {}, on() {}, off() {},
    }
    const module = await import(URL.createObjectURL(new Blob([traits._esm], {type: "text/javascript"})))
    module.default.render({model, el})
  }
  const start = () => {
    const known = Object.assign({}, ...parsed("state").map(([, {state}]) => state))
    for (const [script, {model_id: id}] of parsed("view")) {
      const traits = known[id]?.state
      if (traits?._esm && traits.lesson) revive(script, traits)
    }
  }
  document.readyState === "loading" ? addEventListener("DOMContentLoaded", start) : start()
}
