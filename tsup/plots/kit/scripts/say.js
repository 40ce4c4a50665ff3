// A script that has set `reading.text` says it as the figure's accessible name too.
const view = cb_context?.index?.get(whole)
view?.el.parentElement?.closest("[aria-label]")?.setAttribute("aria-label", reading.text)
