"""The gradient of a tiny model, as a template that takes the place of `kernels.gradient`.

With a handful of features everything that belongs to a row, x, h, the residual d and e = W d, fits in registers, and so
do the sums of the gradient. One loop over lanes does it all, and nothing but x is read from memory.
"""

import numpy as np
from numba import float32, njit

from tsup.backends.cpu.unroll import registers, unroll

FEATURES, HIDDEN = 5, 2
ZERO, TWO, LOWEST = np.float32(0), np.float32(2), np.float32(-3e38)


@njit(fastmath=True)
def gradient(W, b, im, relu, X, H, D, E, G, gb, lanes):
    """Add the gradient of one block of lanes to G and gb; returns its part of the loss. H, D, E are not used."""
    w, bias, weight, row = registers(), registers(), registers(), registers()
    x, h, o, d, e = registers(), registers(), registers(), registers(), registers()
    g, s = registers(), registers()
    loss, floor = ZERO, ZERO if relu else LOWEST
    for j in unroll(FEATURES):
        row[j], bias[j], weight[j], s[j] = X[j], b[j], im[j], ZERO
        for a in unroll(HIDDEN):
            w[a, j], g[a, j] = W[a, j], ZERO
    for r in range(lanes):
        for j in unroll(FEATURES):
            x[j] = row[j][r]
        for a in unroll(HIDDEN):
            h[a] = sum(w[a, j] * x[j] for j in unroll(FEATURES))
        for j in unroll(FEATURES):
            o[j] = bias[j] + sum(w[a, j] * h[a] for a in unroll(HIDDEN))
            d[j] = max(o[j], floor) - x[j]
            loss += weight[j] * d[j] * d[j]
            d[j] *= weight[j] * float32(o[j] > floor)
            s[j] += d[j]
        for a in unroll(HIDDEN):
            e[a] = sum(w[a, j] * d[j] for j in unroll(FEATURES))
            for j in unroll(FEATURES):
                g[a, j] += h[a] * d[j] + e[a] * x[j]
    for j in unroll(FEATURES):
        gb[j] += s[j]
        for a in unroll(HIDDEN):
            G[a, j] += g[a, j]
    return loss / TWO
