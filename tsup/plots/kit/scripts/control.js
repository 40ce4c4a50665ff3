// Sliders, buttons and lists each say in their own words what they offer and where they stand.
const offered = (control) => control.categories ?? control.labels ?? control.options
const placeOf = (control) => control.active ?? offered(control).indexOf(control.value)
const chosen = (control) => offered(control)[placeOf(control)]
function choose(control, place) {
  if (control.labels) control.active = place
  else control.value = offered(control)[place]
}
