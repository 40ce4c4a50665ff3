"""The gradient of a tiny tied model, as a template that takes the place of `gradients.gradient`.

With a handful of features everything that belongs to a row, x, h, the residual d and e = W d, fits in registers, and so
do the sums of the gradient. One loop over lanes does it all, and nothing but x is read from memory.
"""

import numpy as np
from numba import njit

from tsup.backends.cpu.noise import OPTIONS
from tsup.backends.cpu.outputs import activate
from tsup.backends.cpu.unroll import registers, unroll

FEATURES, HIDDEN, FORM = 5, 2, 1
ZERO, HALF = np.float32(0), np.float32(0.5)
DENSE = 0.025  # in place of the one in `batches`: a row drawn whole is cheap here


@njit(**OPTIONS)
def gradient(model, factor, blocks, lanes):
    """Add the gradient of one block of lanes, `factor` times; returns its part of the loss."""
    W, b, G, gb, im, X = (
        model.parameters.W,
        model.parameters.b,
        model.gradients.W,
        model.gradients.b,
        model.weight,
        blocks.X,
    )
    w, bias, weight, row = registers(), registers(), registers(), registers()
    x, h, d, e, slope = registers(), registers(), registers(), registers(), registers()
    g, s = registers(), registers()
    loss = ZERO
    for j in unroll(FEATURES):
        row[j], bias[j], weight[j], s[j] = X[j], b[j], factor * im[j], ZERO
        for a in unroll(HIDDEN):
            w[a, j], g[a, j] = W[a, j], ZERO
    for r in range(lanes):
        for j in unroll(FEATURES):
            x[j] = row[j][r]
        for a in unroll(HIDDEN):
            h[a] = sum(w[a, j] * x[j] for j in unroll(FEATURES))
        for j in unroll(FEATURES):
            d[j], slope[j] = activate(FORM, bias[j] + sum(w[a, j] * h[a] for a in unroll(HIDDEN)))
            error = d[j] - x[j]
            weighted = weight[j] * error
            loss += weighted * error
            d[j] = weighted * slope[j]
            s[j] += d[j]
        for a in unroll(HIDDEN):
            e[a] = sum(w[a, j] * d[j] for j in unroll(FEATURES))
            for j in unroll(FEATURES):
                g[a, j] += h[a] * d[j] + e[a] * x[j]
    for j in unroll(FEATURES):
        gb[j] += s[j]
        for a in unroll(HIDDEN):
            G[a, j] += g[a, j]
    return loss * HALF


@njit(**OPTIONS)
def backward(model, factor, blocks, lanes):
    """Nothing: it serves hidden biases, products by entry and penalties, which take the tiled kernels."""
    return ZERO


@njit(**OPTIONS)
def attacked_gradient(model, source, step, shard, work):
    """Nothing: adversarial training takes the tiled kernels."""
    return ZERO
