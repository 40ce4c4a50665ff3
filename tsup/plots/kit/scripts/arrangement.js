// The loss of a fixed arrangement with coefficients a, b, c, d at density p, the extra feature weighing r.
function arrangementLoss([a, b, c, d], p, r) { return a * p + b * p * p + r * (c * p + d * p * p) }
