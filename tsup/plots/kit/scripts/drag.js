if (cb_obj.event_name === "panstart") Object.assign(state, {turn: Number(turn.value), tilt: Number(tilt.value)})
else {
  const rounded = (angle) => step * Math.round(angle / step)
  const around = rounded(state.turn - cb_obj.delta_x / 2), up = rounded(state.tilt + cb_obj.delta_y / 2)
  turn.value = String(((around % 360) + 360) % 360)
  tilt.value = String(Math.min(90, Math.max(-90, up)))
}
