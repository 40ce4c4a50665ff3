"""The step of the tied models x' = f(WᵀWx + b), f ReLU or none, as a template for `unroll.specialise`.

Layout: rows of the batch are SIMD lanes. X, D are [feature, lane]; H, E are [hidden, lane]; the innermost loop always
runs over lanes. A block of lanes stays in cache through the whole step:

    H = W X        encode           D = Wᵀ H + b, then im (y − x) where the output is live
    E = W D        encode           dW = H Dᵀ + E Xᵀ,   db = Σ D

The matrix products are in `products`.

A row without an active feature has h = 0 and adds a known constant to db and nothing to dW. Where features are sparse
such rows are counted and never built: `events` jumps from one active gate to the next and numbers only the rows it
lands in. A gate is a feature, a correlated set or an anticorrelated set: whatever is on or off by one draw.
"""

import numpy as np
from numba import float32, int64, njit, uint32, uint64

from tsup.backends.cpu.noise import address, gaps, mix, unit
from tsup.backends.cpu.products import decode, encode, outer

ZERO, TWO, LOWEST = np.float32(0), np.float32(2), np.float32(-3e38)
BUFFER = 128
DENSE = 0.08  # from this density on, drawing every entry is cheaper than jumping between active ones


@njit(inline="always")
def whole(lanes):
    """Lanes rounded up to full vectors; the lanes added are empty rows."""
    return (lanes + 15) // 16 * 16


@njit(fastmath=True)
def residual(D, X, b, im, relu, gb, lanes):
    """Turn D from outputs less bias into half the loss's derivative; returns the loss. im is 2 I / rows."""
    loss, floor = ZERO, ZERO if relu else LOWEST
    for j in range(b.shape[0]):
        d, x, bias, weight, total = D[j], X[j], b[j], im[j], ZERO
        for r in range(lanes):
            o = d[r] + bias
            error = max(o, floor) - x[r]
            loss += weight * error * error
            d[r] = weight * error * float32(o > floor)
            total += d[r]
        gb[j] += total
    return loss / TWO


@njit(fastmath=True)
def gradient(W, b, im, relu, X, H, D, E, G, gb, lanes):
    """Add the gradient of one block of lanes to G and gb; returns its part of the loss."""
    encode(W, X, H, lanes)
    decode(W, H, D, lanes)
    loss = residual(D, X, b, im, relu, gb, lanes)
    encode(W, D, E, lanes)
    outer(H, D, G, lanes)
    outer(E, X, G, lanes)
    return loss


@njit(fastmath=True)
def empty_rows(b, im, relu, count, gb):
    """Add the gradient of `count` rows without an active feature; returns their loss."""
    loss = ZERO
    for j in range(b.shape[0]):
        y = max(b[j], ZERO) if relu else b[j]
        gb[j] += count * im[j] * y
        loss += count * im[j] * y * y
    return loss / TWO


@njit(fastmath=True)
def fill(X, j, place, p, low, span, k0, k1, lanes):
    """An independent feature of a dense block."""
    x, scale = X[j], span / p
    for r in range(lanes):
        u = unit(uint32(place + r), k0, k1)
        x[r] = low + u * scale if u < p else ZERO


@njit(fastmath=True)
def fill_correlated(X, members, place, stride, p, low, span, k0, k1, lanes):
    """A correlated set of a dense block: one draw for all, a magnitude for each."""
    for q in range(members.shape[0]):
        x = X[members[q]]
        for r in range(lanes):
            v = unit(uint32(place + (q + 1) * stride + r), k0, k1)
            x[r] = low + v * span if unit(uint32(place + r), k0, k1) < p else ZERO


@njit(fastmath=True)
def fill_anticorrelated(X, members, place, stride, p, low, span, k0, k1, lanes):
    """An anticorrelated set of a dense block: the draw that turns it on also chooses the one member."""
    size = members.shape[0]
    for q in range(size):
        x = X[members[q]]
        for r in range(lanes):
            turn = unit(uint32(place + r), k0, k1) * (size / p)
            v = unit(uint32(place + stride + r), k0, k1)
            x[r] = low + v * span if (turn >= q and turn < q + 1) else ZERO


@njit(fastmath=True)
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


@njit(fastmath=True)
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
                v = unit(uint32(start + i), uint32(key), k1)
                chosen = members[first + min(int64(u * size_g), size_g - 1)]
                lane[entries], feature[entries], value[entries] = lanes - 1, chosen, low + v * span
                entries += 1
            else:
                for q in range(size_g):
                    v = unit(uint32((start + i) * size_g + q), uint32(key), k1)
                    lane[entries], feature[entries], value[entries] = (
                        lanes - 1,
                        members[first + q],
                        low + v * span,
                    )
                    entries += 1
        start += size


@njit(fastmath=True)
def compact(W, b, im, relu, X, H, D, E, G, gb, entries, lanes, lane, feature, value):
    """The gradient of compacted rows: scatter them into X, block by block, and clear it again."""
    loss, width, q = ZERO, X.shape[1], 0
    for first in range(0, lanes, width):
        start = q
        while q < entries and lane[q] < first + width:
            X[feature[q], lane[q] - first] = value[q]
            q += 1
        loss += gradient(W, b, im, relu, X, H, D, E, G, gb, min(width, whole(lanes - first)))
        for e in range(start, q):
            X[feature[e], lane[e] - first] = ZERO
    return loss


@njit(fastmath=True)
def transpose(source, target, rows, columns):
    """target[c, r] = source[r, c], sixteen columns at a time."""
    for first in range(0, columns, 16):
        for r in range(rows):
            for c in range(first, min(first + 16, columns)):
                target[c, r] = source[r, c]


@njit(fastmath=True)
def add_scaled(target, source, factor, size):
    """target += factor · source."""
    for a in range(size):
        target[a] += factor * source[a]


@njit(fastmath=True)
def sparse(W, b, im, relu, X, H, D, E, G, gb, HT, WT, GT, entries, lanes, lane, feature, value):
    """The gradient of compacted rows with the products that touch x done entry by entry.

    Two of the five products, W X and E Xᵀ, run over active entries only; X stays zero.
    """
    loss, width, q, m = ZERO, X.shape[1], 0, HT.shape[1]
    transpose(W, WT, W.shape[0], W.shape[1])
    GT[:] = ZERO
    for first in range(0, lanes, width):
        block, start = min(width, whole(lanes - first)), q
        HT[:block] = ZERO
        while q < entries and lane[q] < first + width:
            add_scaled(HT[lane[q] - first], WT[feature[q]], value[q], m)
            q += 1
        transpose(HT, H, block, W.shape[0])
        decode(W, H, D, block)
        loss += residual(D, X, b, im, relu, gb, block)
        for e in range(start, q):
            j, r, x = feature[e], lane[e] - first, value[e]
            now = D[j, r]
            loss += im[j] * x * x / TWO - x * now
            if now > ZERO or not relu:
                D[j, r] = now - im[j] * x
                gb[j] -= im[j] * x
        encode(W, D, E, block)
        outer(H, D, G, block)
        transpose(E, HT, W.shape[0], block)
        for e in range(start, q):
            add_scaled(GT[feature[e]], HT[lane[e] - first], value[e], m)
    for j in range(b.shape[0]):
        for a in range(W.shape[0]):
            G[a, j] += GT[j, a]
    return loss


@njit(fastmath=True)
def adam(P, G, M, V, move):
    """One Adam update. move: step size over the first moment's correction, the second's, and what decay leaves."""
    size, correction, left = move
    for i in range(P.shape[0]):
        g = G[i]
        M[i] = float32(0.9) * M[i] + float32(0.1) * g
        V[i] = float32(0.999) * V[i] + float32(0.001) * g * g
        P[i] = P[i] * left - size * M[i] / (np.sqrt(V[i] * correction) + float32(1e-8))


@njit(fastmath=True)
def workspace(n, n_pad, m_pad, width, part):
    """Scratch for one thread: blocks of lanes, the sparse products' transposes, and the list of active entries."""
    X, D = np.zeros((n_pad, width), np.float32), np.zeros((n_pad, width), np.float32)
    H, E = np.zeros((m_pad, width), np.float32), np.zeros((m_pad, width), np.float32)
    wide = whole(m_pad)
    HT, WT = np.zeros((width, wide), np.float32), np.zeros((n_pad, wide), np.float32)
    floats = np.empty(BUFFER, np.float32)
    buffers = floats, floats.view(np.int32), np.empty(BUFFER, np.int32), np.empty(BUFFER, np.float32)
    size = part * n
    entries = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32)
    return X, D, H, E, HT, WT, WT.copy(), buffers, entries


@njit(fastmath=True)
def share(W, b, im, relu, world, density, key, step, rows, part, by_entry, first, stride, G, gb, work):
    """Add the gradient of every `stride`-th block of the batch, from block `first`, to G and gb; returns its loss."""
    X, D, H, E, HT, WT, GT, buffers, (lane, feature, value) = work
    gates, members, exclusive, low, span = world
    top, loss = density.max(), ZERO
    if top >= DENSE:
        width = X.shape[1]
        for block in range(first, (rows + width - 1) // width, stride):
            lanes = min(width, rows - block * width)
            dense(X, gates, members, exclusive, density, low, span, address(key, step, block), lanes)
            loss += gradient(W, b, im, relu, X, H, D, E, G, gb, lanes)
        X[:] = ZERO
        return loss
    for block in range(first, (rows + part - 1) // part, stride):
        here, at = min(part, rows - block * part), address(key, step, block)
        entries, lanes = events(
            here, gates, members, exclusive, density, top, low, span, at, buffers, lane, feature, value
        )
        if by_entry:
            loss += sparse(
                W, b, im, relu, X, H, D, E, G, gb, HT, WT, GT, entries, lanes, lane, feature, value
            )
        else:
            loss += compact(W, b, im, relu, X, H, D, E, G, gb, entries, lanes, lane, feature, value)
        loss += empty_rows(b, im, relu, float32(here - whole(lanes)), gb)
    return loss


@njit(nogil=True, fastmath=True, cache=True)
def train(chosen, P, M, V, shape, weights, relu, world, density, keys, rows, plan, first, moves, losses):
    """Train the chosen models for one update a row of `moves` (see `adam`), the first being update `first` from 0.

    P, M, V are (model, parameter): padded W, then b. losses gets each model's loss on its last batch.
    """
    n, n_pad, m_pad = shape
    width, part, by_entry = plan
    work, size = workspace(n, n_pad, m_pad, width, part), n_pad * m_pad
    flat = np.empty(P.shape[1], np.float32)
    G, gb = flat[:size].reshape(m_pad, n_pad), flat[size : size + n]
    for k in chosen:
        W, b = P[k, :size].reshape(m_pad, n_pad), P[k, size : size + n]
        for t in range(moves.shape[0]):
            flat[:] = ZERO
            losses[k] = share(
                W,
                b,
                weights[k],
                relu,
                world,
                density[k],
                keys[k],
                first + t,
                rows,
                part,
                by_entry,
                0,
                1,
                G,
                gb,
                work,
            )
            adam(P[k], flat, M[k], V[k], (moves[t, 0], moves[t, 1], moves[t, 2]))


@njit(nogil=True, fastmath=True, cache=True)
def part_of_gradient(k, P, shape, weights, relu, world, density, keys, rows, plan, step, first, stride, flat):
    """The gradient of model k over every `stride`-th block of one batch, into `flat`; returns its part of the loss."""
    n, n_pad, m_pad = shape
    width, part, by_entry = plan
    size = n_pad * m_pad
    W, b = P[k, :size].reshape(m_pad, n_pad), P[k, size : size + n]
    G, gb = flat[:size].reshape(m_pad, n_pad), flat[size : size + n]
    flat[:] = ZERO
    work = workspace(n, n_pad, m_pad, width, part)
    return share(
        W,
        b,
        weights[k],
        relu,
        world,
        density[k],
        keys[k],
        step,
        rows,
        part,
        by_entry,
        first,
        stride,
        G,
        gb,
        work,
    )


@njit(nogil=True, cache=True)
def update(k, P, M, V, flat, move):
    """One Adam update of model k."""
    adam(P[k], flat, M[k], V[k], (move[0], move[1], move[2]))
