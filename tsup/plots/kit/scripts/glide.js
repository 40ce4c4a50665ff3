// What is shown glides to the frame of the control's place; at once for a reader who prefers less motion.
const place = placeOf(control), goal = frameAt(changes, place)
const from = new Map([...goal.keys()].map((source) => [source, source.data]))
const calm = window.matchMedia?.("(prefers-reduced-motion: reduce)").matches
const start = performance.now(), turn = state.turn = (state.turn ?? 0) + 1
const eased = (share) => share * share * (3 - 2 * share)
const between = (source, share) => Object.fromEntries(Object.entries(goal.get(source)).map(([column, end]) => {
  const begin = from.get(source)[column]
  const moves = ArrayBuffer.isView(end) && begin !== end
  return [column, moves ? end.map((value, k) => begin[k] + share * (value - begin[k])) : end]
}))
const step = (now) => {
  if (turn !== state.turn) return
  const share = Math.min(1, Math.max(0, (now - start) / lasting))
  show(share < 1 ? new Map([...goal.keys()].map((source) => [source, between(source, eased(share))])) : goal)
  if (share < 1) requestAnimationFrame(step)
}
if (calm) show(goal)
else requestAnimationFrame(step)
reading.text = readings[place]
