const place = controls.reduce((sum, one) => sum * offered(one).length + placeOf(one), 0)
show(frameAt(changes, place))
reading.text = readings[place]
