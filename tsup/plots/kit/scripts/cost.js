return arrangementLoss(c, special_vars.x, special_vars.y).toPrecision(3)
