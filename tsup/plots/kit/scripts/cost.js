const {x, y} = special_vars
return (c[0] * x + c[1] * x * x + y * (c[2] * x + c[3] * x * x)).toPrecision(3)
