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
def blank(E, H, gc, biased, lanes):
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
def back(net, slopes, kind, im, factor, blocks, lanes):
    """From H to D and E and the gradients of W and the biases; returns the loss."""
    (_, W, b, _), (_, GW, gb, gc), (X, D, H, E) = net, slopes, blocks
    form, sign, rectified, biased, l1, _, _ = kind
    decode(W, H, D, lanes)
    loss = residual(D, X, b, im, factor, form, sign, gb, lanes)
    encode(W, D, E, lanes)
    if l1 > ZERO:
        penalise(E, H, factor * l1, lanes)
    if rectified:
        blank(E, H, gc, biased, lanes)
    outer(H, D, GW, lanes)
    return loss


@njit(**OPTIONS)
def seeing(S, net, slopes, kind, im, factor, blocks, lanes):
    """As `gradient`, for a model that sees S and is asked for X."""
    _, _, H, E = blocks
    encode(net[0], S, H, lanes)
    if kind[2]:
        rectify(H, net[3], lanes)
    loss = back(net, slopes, kind, im, factor, blocks, lanes)
    outer(E, S, slopes[0], lanes)
    return loss


@njit(**OPTIONS)
def gradient(net, slopes, kind, im, factor, blocks, lanes):
    """Add the gradient of one block of lanes, `factor` times; returns its part of the loss."""
    return seeing(blocks[0], net, slopes, kind, im, factor, blocks, lanes)


@njit(**OPTIONS)
def empty_rows(net, slopes, kind, im, count, blocks):
    """Add the gradient of `count` rows without an active feature, from one vector of them; returns their loss."""
    factor, (X, D, H, _), m = float32(count) / float32(16), blocks, net[3].shape[0]
    if kind[3]:
        H[:m, :16] = ZERO
        rectify(H, net[3], 16)
        return back(net, slopes, kind, im, factor, blocks, 16)
    D[: im.shape[0], :16] = ZERO
    return residual(D, X, net[2], im, factor, kind[0], kind[1], slopes[2], 16)


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
def by_entries(net, slopes, kind, im, blocks, turned, entries, start, stop, first, lanes):
    """As `gradient`, for rows already scattered into X: the products that touch x run over entries start … stop."""
    _, _, H, E = blocks
    VT, GT, HT = turned
    lane, feature, value = entries
    m, padded = HT.shape[1], net[0].shape[0]
    HT[:lanes] = ZERO
    for e in range(start, stop):
        add_scaled(HT[lane[e] - first], VT[feature[e]], value[e], m)
    transpose(HT, H, lanes, padded)
    if kind[2]:
        rectify(H, net[3], lanes)
    loss = back(net, slopes, kind, im, ONE, blocks, lanes)
    transpose(E, HT, padded, lanes)
    for e in range(start, stop):
        add_scaled(GT[feature[e]], HT[lane[e] - first], value[e], m)
    return loss
