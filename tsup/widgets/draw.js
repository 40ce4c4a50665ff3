// Draws one plot of a notebook's output, and says so where it cannot.
// id: of the plot's place. files: addresses of BokehJS. patience: how often to look for BokehJS, which another output may
// bring, before it is requested from there; an output that brought it may have been replaced since.
// A page may hold several versions of BokehJS; only the plot's own draws it, and only when its widgets have come too.
(id, files, patience) => {
  const plot = (document.currentScript?.closest("figure") ?? document).querySelector(`#${id}`)
  const item = JSON.parse(plot.parentElement.querySelector(`[data-plot-for="${id}"]`).textContent)
  const bokeh = () => window.Bokeh?.[item.doc.version]
  const load = (src) => new Promise((done, failed) => {
    const events = {onload: done, onerror: () => failed(new Error(src))}
    document.head.append(Object.assign(document.createElement("script"), {src, ...events}))
  })
  // One request serves all plots of a page; in order, for the widgets extend Bokeh.
  const request = () => window.tsupRequest ??= files
    .reduce((before, file) => before.then(() => load(file)), Promise.resolve())
    .finally(() => { window.tsupRequest = undefined })
  const wait = async () => {
    for (let tries = 0; !bokeh()?.Widgets; tries++) {
      if (tries === patience) request().catch(() => {
        plot.textContent = "BokehJS, which draws this plot, could not be loaded: restart the kernel and run the notebook again."
      })
      await new Promise((next) => setTimeout(next, 200))
    }
  }

  const name = (shadow) => shadow.querySelectorAll("*").forEach((element) => {
    if (element.shadowRoot) name(element.shadowRoot)
    if (!element.matches(".noUi-handle")) return
    const title = element.getRootNode().querySelector(".bk-slider-title").firstChild.textContent
    element.setAttribute("aria-label", title.replace(/: $/, ""))
  })
  const draw = async () => {
    plot.textContent = ""
    const manager = await bokeh().embed.embed_item(item, plot)
    const rename = () => setTimeout(() => name(plot), 0)
    rename()
    const view = (manager.roots ?? [...manager])[0]
    view.model.document.on_change(rename)
  }
  wait().then(draw).catch((error) => {
    plot.textContent = `This plot could not be drawn (${error.message}).`
    console.error(error)
  })
}
