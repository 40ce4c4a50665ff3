"""Batches drawn where they are used, as a template for `unroll.specialise`: whole blocks, or active entries only.

A gate is a feature, a correlated set or an anticorrelated set: whatever is on or off by one draw. `dense` draws every
gate of every row. `draw_entries` jumps from one active gate to the next and numbers only the rows it lands in, so that
a row without an active feature is never built.
"""

import numpy as np
from numba import float32, int64, njit, uint32, uint64

from tsup.backends.cpu.noise import INLINE, OPTIONS, STEP, address, counter, draw_gaps, mix, uniform

ZERO = np.float32(0)
DENSE = 0.035  # from this density on, drawing every entry is cheaper than jumping between active ones


@njit(**INLINE)
def whole_vectors(lanes):
    """Lanes rounded up to full vectors; the lanes added are empty rows."""
    return (lanes + 15) // 16 * 16


@njit(**INLINE)
def halves(key):
    """The lower and the upper half of a key."""
    return uint32(key), uint32(key >> uint64(32))


@njit(**OPTIONS)
def fill(X, j, place, p, world, key, lanes):
    """An independent feature of a dense block."""
    low_key, high_key = halves(key)
    low, x, scale, c = world.low, X[j], world.span / p, counter(place, low_key)
    for r in range(lanes):
        u = uniform(c, high_key)
        x[r] = low + u * scale if u < p else ZERO
        c = uint32(c + STEP)


@njit(**OPTIONS)
def fill_correlated(X, members, place, p, world, key, lanes):
    """A correlated set of a dense block: one draw for all, a magnitude for each."""
    low_key, high_key = halves(key)
    stride, low, span = X.shape[1], world.low, world.span
    for q in range(members.shape[0]):
        x, c, d = X[members[q]], counter(place, low_key), counter(place + (q + 1) * stride, low_key)
        for r in range(lanes):
            x[r] = low + uniform(d, high_key) * span if uniform(c, high_key) < p else ZERO
            c, d = uint32(c + STEP), uint32(d + STEP)


@njit(**OPTIONS)
def fill_anticorrelated(X, members, place, p, world, key, lanes):
    """An anticorrelated set of a dense block: the draw that turns it on also chooses the one member."""
    low_key, high_key = halves(key)
    stride, size, low, span = X.shape[1], members.shape[0], world.low, world.span
    for q in range(size):
        x, c, d = X[members[q]], counter(place, low_key), counter(place + stride, low_key)
        for r in range(lanes):
            part = uniform(c, high_key) * (size / p)
            x[r] = low + uniform(d, high_key) * span if (part >= q and part < q + 1) else ZERO
            c, d = uint32(c + STEP), uint32(d + STEP)


@njit(**OPTIONS)
def dense(X, world, density, key, lanes):
    """Fill X with a block of rows, every gate drawn for every row."""
    place = 0
    for g in range(density.shape[0]):
        own = world.members[world.starts[g] : world.starts[g + 1]]
        if own.shape[0] == 1:
            fill(X, own[0], place, density[g], world, key, lanes)
        elif world.exclusive[g]:
            fill_anticorrelated(X, own, place, density[g], world, key, lanes)
        else:
            fill_correlated(X, own, place, density[g], world, key, lanes)
        place += (own.shape[0] + 1) * X.shape[1]


@njit(**INLINE)
def blocks_of(rows, X):
    """Blocks of a batch, the last of which may be short."""
    return (rows + X.shape[1] - 1) // X.shape[1]


@njit(**OPTIONS)
def draw_block(X, source, step, block):
    """Fill X with a block of a batch's rows, and its last vector up with empty ones; returns the rows drawn."""
    lanes = min(X.shape[1], source.rows - block * X.shape[1])
    dense(X, source.world, source.density, address(source.key, step, block), lanes)
    if lanes < whole_vectors(lanes):
        X[:, lanes : whole_vectors(lanes)] = ZERO
    return lanes


@njit(**OPTIONS)
def draw_entries(rows, source, key, gaps, entries):
    """Every active entry of `rows` rows, row by row, and the number of rows that have any.

    Gaps are drawn at the highest density; a gate of lower density keeps an event with probability p / highest.
    Fills entries; returns (number of entries, lanes).
    """
    world, p, highest = source.world, source.density, source.highest
    starts, members, low, span = world.starts, world.members, world.low, world.span
    lane, feature, value = entries.lane, entries.feature, entries.value
    count, total = p.shape[0], rows * p.shape[0]
    size = min(gaps.gap.shape[0], whole_vectors(int64(1.2 * total * highest) + 16))
    inverse_log = float32(1 / np.log1p(-highest))
    position, row, found, lanes, start = int64(-1), int64(-1), 0, 0, 0
    k1 = uint32(mix(key))
    while True:
        draw_gaps(key, start, inverse_log, gaps, size)
        for i in range(size):
            position += 1 + int64(gaps.gap[i])
            if position >= total:
                return found, lanes
            here = int64(uint32(position) // uint32(count))
            g = position - here * count
            u = gaps.uniform[i]
            if p[g] < highest:
                if u * highest >= p[g]:
                    continue
                u *= highest / p[g]
            if here != row:
                row = here
                lanes += 1
            first, size_g = starts[g], starts[g + 1] - starts[g]
            if size_g == 1:
                lane[found], feature[found], value[found] = lanes - 1, members[first], low + u * span
                found += 1
            elif world.exclusive[g]:
                v = uniform(counter(start + i, uint32(key)), k1)
                chosen = members[first + min(int64(u * size_g), size_g - 1)]
                lane[found], feature[found], value[found] = lanes - 1, chosen, low + v * span
                found += 1
            else:
                for q in range(size_g):
                    v = uniform(counter((start + i) * size_g + q, uint32(key)), k1)
                    chosen = members[first + q]
                    lane[found], feature[found], value[found] = lanes - 1, chosen, low + v * span
                    found += 1
        start += size
