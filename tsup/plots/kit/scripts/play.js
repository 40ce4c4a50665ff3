clearInterval(state.timer)
if (play.active) {
  const calm = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches
  const last = step.categories.length - 1
  if (step.value === step.categories[last]) step.value = step.categories[0]
  state.timer = setInterval(() => {
    const next = step.categories.indexOf(step.value) + 1
    if (next > last || !play.active) { clearInterval(state.timer); play.active = false }
    else step.value = step.categories[next]
  }, 1000 / (calm ? slow : fast))
}
play.label = play.active ? "Pause" : "Play"
