const far = (p) => Math.abs(Math.log(cb_obj.x * p))
const best = densities.reduce((one, p, k) => far(p) < far(densities[one]) ? k : one, 0)
density.value = density.categories[best]
