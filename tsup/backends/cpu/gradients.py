"""The gradient of a block of lanes, as a template for `unroll.specialise`: y' = f(Wᵀ g(V x + c) + b) against y.

f is the output's activation; g is ReLU or nothing; y is x or |x|. A tied model has V = W: both names are one piece of
memory, and so are their gradients, which therefore add up.

Layout: rows of the batch are SIMD lanes. X, D are [feature, lane]; H, E are [hidden, lane]; the innermost loop always
runs over lanes. A block of lanes stays in cache through the whole step:

    H = g(V X + c)    encode           D = f(Wᵀ H + b) − y, times 2 I / rows and the slope of f     decode, residual
    E = W D           encode           dW = H Dᵀ,   dV = E Xᵀ,   db = Σ D,   dc = Σ E, E being 0 where g is flat

In wide models with sparse features the two products that touch x run over active entries only. A penalty on Σ|h| adds
its slope to E. Adversarial training encodes what is seen, S, in place of X: see `attacks`.
"""

import numpy as np
from numba import float32, njit

from tsup.backends.cpu.noise import OPTIONS
from tsup.backends.cpu.outputs import residual
from tsup.backends.cpu.products import decode, encode, outer

ZERO, ONE = np.float32(0), np.float32(1)


@njit(**OPTIONS)
def rectify(H, c, lanes):
    """H = ReLU(H + c)."""
    for a in range(c.shape[0]):
        h, bias = H[a], c[a]
        for r in range(lanes):
            h[r] = max(h[r] + bias, ZERO)


@njit(**OPTIONS)
def rectify_backward(E, H, gc, biased, lanes):
    """E = 0 where H is; what is left adds up to the gradient of the hidden bias, where there is one."""
    for a in range(gc.shape[0]):
        e, h, total = E[a], H[a], ZERO
        for r in range(lanes):
            e[r] = e[r] if h[r] > ZERO else ZERO
            total += e[r]
        if biased:
            gc[a] += total


@njit(**OPTIONS)
def penalise(E, H, weight, lanes):
    """Add the slope of weight · Σ|h|."""
    for a in range(E.shape[0]):
        e, h = E[a], H[a]
        for r in range(lanes):
            e[r] += weight * (float32(h[r] > ZERO) - float32(h[r] < ZERO))


@njit(**OPTIONS)
def backward(model, factor, blocks, lanes):
    """From H to D and E and the gradients of W and the biases; returns the loss."""
    parameters, gradients, objective = model.parameters, model.gradients, model.objective
    X, D, H, E = blocks
    decode(parameters.W, H, D, lanes)
    loss = residual(D, X, model, factor, lanes)
    encode(parameters.W, D, E, lanes)
    if model.penalty > ZERO:
        penalise(E, H, factor * model.penalty, lanes)
    if objective.rectified:
        rectify_backward(E, H, gradients.c, objective.biased, lanes)
    outer(H, D, gradients.W, lanes)
    return loss


@njit(**OPTIONS)
def gradient_from(S, model, factor, blocks, lanes):
    """As `gradient`, for a model that sees S and is asked for X."""
    encode(model.parameters.V, S, blocks.H, lanes)
    if model.objective.rectified:
        rectify(blocks.H, model.parameters.c, lanes)
    loss = backward(model, factor, blocks, lanes)
    outer(blocks.E, S, model.gradients.V, lanes)
    return loss


@njit(**OPTIONS)
def gradient(model, factor, blocks, lanes):
    """Add the gradient of one block of lanes, `factor` times; returns its part of the loss."""
    return gradient_from(blocks.X, model, factor, blocks, lanes)


@njit(**OPTIONS)
def empty_rows(model, count, blocks):
    """Add the gradient of `count` rows without an active feature, from one vector of them; returns their loss."""
    factor, c = float32(count) / float32(16), model.parameters.c
    X, D, H, _ = blocks
    if model.objective.biased:
        H[: c.shape[0], :16] = ZERO
        rectify(H, c, 16)
        return backward(model, factor, blocks, 16)
    D[: model.weight.shape[0], :16] = ZERO
    return residual(D, X, model, factor, 16)


@njit(**OPTIONS)
def transpose(source, target, rows, columns):
    """target[c, r] = source[r, c], sixteen columns at a time."""
    for first in range(0, columns, 16):
        for r in range(rows):
            for c in range(first, min(first + 16, columns)):
                target[c, r] = source[r, c]


@njit(**OPTIONS)
def add_scaled(target, source, factor, size):
    """target += factor · source."""
    for a in range(size):
        target[a] += factor * source[a]


@njit(**OPTIONS)
def by_entries(model, work, start, stop, first, lanes):
    """As `gradient`, for rows already scattered into X: the products that touch x run over entries start … stop."""
    H, E = work.blocks.H, work.blocks.E
    VT, GT, HT = work.transposed
    lane, feature, value = work.entries
    m, padded = HT.shape[1], model.parameters.V.shape[0]
    HT[:lanes] = ZERO
    for e in range(start, stop):
        add_scaled(HT[lane[e] - first], VT[feature[e]], value[e], m)
    transpose(HT, H, lanes, padded)
    if model.objective.rectified:
        rectify(H, model.parameters.c, lanes)
    loss = backward(model, ONE, work.blocks, lanes)
    transpose(E, HT, padded, lanes)
    for e in range(start, stop):
        add_scaled(GT[feature[e]], HT[lane[e] - first], value[e], m)
    return loss
