const nearest = (slider, wanted) => {
  const far = (text) => Math.abs(Math.log(Number(text) / wanted))
  slider.value = slider.categories.reduce((one, other) => far(other) < far(one) ? other : one)
}
nearest(density, cb_obj.x)
nearest(ratio, cb_obj.y)
