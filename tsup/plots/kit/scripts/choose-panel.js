panels.forEach((panel, place) => { panel.visible = place === placeOf(picker) })
