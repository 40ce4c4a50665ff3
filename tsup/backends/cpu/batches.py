"""Batches drawn where they are used, as a template for `unroll.specialise`: whole blocks, or active entries only.

A gate is a feature, a correlated set or an anticorrelated set: whatever is on or off by one draw. `dense` draws every
gate of every row. `events` jumps from one active gate to the next and numbers only the rows it lands in, so that a row
without an active feature is never built.
"""

import numpy as np
from numba import float32, int64, njit, uint32, uint64

from tsup.backends.cpu.noise import INLINE, OPTIONS, STEP, counter, gaps, mix, unit

ZERO = np.float32(0)
DENSE = 0.035  # from this density on, drawing every entry is cheaper than jumping between active ones


@njit(**INLINE)
def whole(lanes):
    """Lanes rounded up to full vectors; the lanes added are empty rows."""
    return (lanes + 15) // 16 * 16


@njit(**OPTIONS)
def fill(X, j, place, p, low, span, k0, k1, lanes):
    """An independent feature of a dense block."""
    x, scale, c = X[j], span / p, counter(place, k0)
    for r in range(lanes):
        u = unit(c, k1)
        x[r] = low + u * scale if u < p else ZERO
        c = uint32(c + STEP)


@njit(**OPTIONS)
def fill_correlated(X, members, place, stride, p, low, span, k0, k1, lanes):
    """A correlated set of a dense block: one draw for all, a magnitude for each."""
    for q in range(members.shape[0]):
        x, c, d = X[members[q]], counter(place, k0), counter(place + (q + 1) * stride, k0)
        for r in range(lanes):
            x[r] = low + unit(d, k1) * span if unit(c, k1) < p else ZERO
            c, d = uint32(c + STEP), uint32(d + STEP)


@njit(**OPTIONS)
def fill_anticorrelated(X, members, place, stride, p, low, span, k0, k1, lanes):
    """An anticorrelated set of a dense block: the draw that turns it on also chooses the one member."""
    size = members.shape[0]
    for q in range(size):
        x, c, d = X[members[q]], counter(place, k0), counter(place + stride, k0)
        for r in range(lanes):
            turn = unit(c, k1) * (size / p)
            x[r] = low + unit(d, k1) * span if (turn >= q and turn < q + 1) else ZERO
            c, d = uint32(c + STEP), uint32(d + STEP)


@njit(**OPTIONS)
def dense(X, gates, members, exclusive, p, low, span, key, lanes):
    """Fill X with a block of rows, every gate drawn for every row."""
    stride = X.shape[1]
    k0, k1 = uint32(key), uint32(key >> uint64(32))
    place = 0
    for g in range(p.shape[0]):
        own = members[gates[g] : gates[g + 1]]
        if own.shape[0] == 1:
            fill(X, own[0], place, p[g], low, span, k0, k1, lanes)
        elif exclusive[g]:
            fill_anticorrelated(X, own, place, stride, p[g], low, span, k0, k1, lanes)
        else:
            fill_correlated(X, own, place, stride, p[g], low, span, k0, k1, lanes)
        place += (own.shape[0] + 1) * stride


@njit(**INLINE)
def blocks_of(rows, X):
    """Blocks of a batch, the last of which may be short."""
    return (rows + X.shape[1] - 1) // X.shape[1]


@njit(**OPTIONS)
def drawn(X, world, density, key, rows):
    """Fill X with as many of the rows as it holds, and its last vector up with empty ones; returns the rows drawn."""
    gates, members, exclusive, low, span = world
    lanes = min(X.shape[1], rows)
    dense(X, gates, members, exclusive, density, low, span, key, lanes)
    if lanes < whole(lanes):
        X[:, lanes : whole(lanes)] = ZERO
    return lanes


@njit(**OPTIONS)
def events(rows, gates, members, exclusive, p, top, low, span, key, buffers, lane, feature, value):
    """Every active entry of a block of rows, row by row, and the number of rows that have any.

    Gaps are drawn at the highest density, `top`; a gate of lower density keeps an event with probability p / top.
    Fills lane, feature, value; returns (entries, lanes).
    """
    floats, bits, gap, uniform = buffers
    count, total = p.shape[0], rows * p.shape[0]
    size = min(gap.shape[0], whole(int64(1.2 * total * top) + 16))
    gap = gap[:size]
    per_log = float32(1 / np.log1p(-top))
    position, row, entries, lanes, start = int64(-1), int64(-1), 0, 0, 0
    k1 = uint32(mix(key))
    while True:
        gaps(key, start, per_log, floats, bits, gap, uniform)
        for i in range(size):
            position += 1 + int64(gap[i])
            if position >= total:
                return entries, lanes
            here = int64(uint32(position) // uint32(count))
            g = position - here * count
            u = uniform[i]
            if p[g] < top:
                if u * top >= p[g]:
                    continue
                u *= top / p[g]
            if here != row:
                row = here
                lanes += 1
            first, size_g = gates[g], gates[g + 1] - gates[g]
            if size_g == 1:
                lane[entries], feature[entries], value[entries] = lanes - 1, members[first], low + u * span
                entries += 1
            elif exclusive[g]:
                v = unit(counter(start + i, uint32(key)), k1)
                chosen = members[first + min(int64(u * size_g), size_g - 1)]
                lane[entries], feature[entries], value[entries] = lanes - 1, chosen, low + v * span
                entries += 1
            else:
                for q in range(size_g):
                    v = unit(counter((start + i) * size_g + q, uint32(key)), k1)
                    lane[entries], feature[entries], value[entries] = (
                        lanes - 1,
                        members[first + q],
                        low + v * span,
                    )
                    entries += 1
        start += size
