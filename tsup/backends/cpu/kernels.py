"""The step of every model, as a template for `unroll.specialise`: draw a batch, find its gradient, and move by Adam.

Rows are drawn block by block and never kept. Where features are sparse, rows without an active feature are never built:
all have the same gradient, which is found once and multiplied by their number.
"""

import numpy as np
from numba import float32, njit

from tsup.backends.cpu.attacks import attack, choose, directions, mean_length
from tsup.backends.cpu.batches import DENSE, blocks_of, drawn, events, whole
from tsup.backends.cpu.gradients import by_entries, empty_rows, gradient, seeing, transpose
from tsup.backends.cpu.noise import OPTIONS, address

ZERO, ONE = np.float32(0), np.float32(1)
BUFFER = 128


@njit(**OPTIONS)
def split(flat, shape):
    """The views V, W [hidden, feature], b and c of one model's parameters, or of their gradient.

    Views handed over uncounted: only for functions that count no references themselves.
    """
    n, n_pad, m_pad, untied = shape
    size = n_pad * m_pad
    first, second, rest = flat[:size], flat[untied * size : (untied + 1) * size], flat[(untied + 1) * size :]
    return first.reshape(m_pad, n_pad), second.reshape(m_pad, n_pad), rest[:n], rest[n : n + m_pad]


@njit(**OPTIONS)
def sparse_part(net, slopes, kind, im, work, by_entry, count, lanes):
    """The gradient of rows given by their `count` active entries, block by block; returns the loss."""
    blocks, turned, _, entries, _ = work
    X, (lane, feature, value) = blocks[0], entries
    loss, width, q = ZERO, X.shape[1], 0
    for first in range(0, lanes, width):
        start, here = q, min(width, whole(lanes - first))
        while q < count and lane[q] < first + width:
            X[feature[q], lane[q] - first] = value[q]
            q += 1
        if by_entry:
            loss += by_entries(net, slopes, kind, im, blocks, turned, entries, start, q, first, here)
        else:
            loss += gradient(net, slopes, kind, im, ONE, blocks, here)
        for e in range(start, q):
            X[feature[e], lane[e] - first] = ZERO
    return loss


@njit(**OPTIONS)
def dense_share(net, slopes, kind, im, world, density, key, step, rows, first, stride, work):
    """As `share`, every entry drawn."""
    blocks = work[0]
    X, loss = blocks[0], ZERO
    for block in range(first, blocks_of(rows, X), stride):
        lanes = drawn(X, world, density, address(key, step, block), rows - block * X.shape[1])
        loss += gradient(net, slopes, kind, im, ONE, blocks, whole(lanes))
        if lanes < whole(lanes):
            X[:, :16] = ZERO
            loss += empty_rows(net, slopes, kind, im, lanes - whole(lanes), blocks)
    return loss


@njit(**OPTIONS)
def attacked_share(net, slopes, kind, im, world, density, key, step, rows, first, stride, work):
    """As `dense_share`, for rows that are attacked before they are encoded."""
    blocks, (S, U, length, choice) = work[0], work[4]
    X, loss, share, own = blocks[0], ZERO, kind[5], kind[6]
    directions(net[1], U)
    mean = ZERO if own else mean_length(X, length, world, density, key, step, rows)
    for block in range(first, blocks_of(rows, X), stride):
        lanes = drawn(X, world, density, address(key, step, block), rows - block * X.shape[1])
        choose(choice, U.shape[0], address(key, step, -1 - block), lanes)
        attack(S, X, U, share, own, mean, length, choice, lanes)
        loss += seeing(S, net, slopes, kind, im, ONE, blocks, whole(lanes))
        if lanes < whole(lanes):
            X[:, :16] = ZERO
            loss += empty_rows(net, slopes, kind, im, lanes - whole(lanes), blocks)
    return loss


@njit(**OPTIONS)
def sparse_share(net, slopes, kind, im, world, density, top, key, step, rows, plan, first, stride, work):
    """As `share`, active entries drawn."""
    _, part, by_entry = plan
    (VT, GT, _), buffers, (lane, feature, value) = work[1], work[2], work[3]
    gates, members, exclusive, low, span = world
    loss, empty = ZERO, 0
    if by_entry:
        transpose(net[0], VT, net[0].shape[0], net[0].shape[1])
        GT[:] = ZERO
    for block in range(first, (rows + part - 1) // part, stride):
        here, at = min(part, rows - block * part), address(key, step, block)
        count, lanes = events(
            here, gates, members, exclusive, density, top, low, span, at, buffers, lane, feature, value
        )
        loss += sparse_part(net, slopes, kind, im, work, by_entry, count, lanes)
        empty += here - whole(lanes)
    if by_entry:
        for j in range(im.shape[0]):
            for a in range(net[0].shape[0]):
                slopes[0][a, j] += GT[j, a]
    return loss + empty_rows(net, slopes, kind, im, empty, work[0])


@njit(**OPTIONS)
def highest(density):
    """The highest density of a model's gates."""
    top = ZERO
    for p in density:
        top = max(top, p)
    return top


@njit(**OPTIONS)
def share(net, slopes, kind, im, world, density, top, key, step, rows, plan, first, stride, work):
    """Add the gradient of every `stride`-th block of a batch, from block `first`, to `slopes`; returns its loss."""
    if kind[5] > ZERO:
        return attacked_share(net, slopes, kind, im, world, density, key, step, rows, first, stride, work)
    if top >= DENSE:
        return dense_share(net, slopes, kind, im, world, density, key, step, rows, first, stride, work)
    return sparse_share(
        net, slopes, kind, im, world, density, top, key, step, rows, plan, first, stride, work
    )


@njit(**OPTIONS)
def adam(P, G, M, V, rate, move):
    """One Adam update. move: schedule over the first moment's correction, the second's, and schedule times decay."""
    size, correction, left = rate * move[0], move[1], ONE - rate * move[2]
    for i in range(P.shape[0]):
        g = G[i]
        M[i] = float32(0.9) * M[i] + float32(0.1) * g
        V[i] = float32(0.999) * V[i] + float32(0.001) * g * g
        P[i] = P[i] * left - size * M[i] / (np.sqrt(V[i] * correction) + float32(1e-8))


@njit(fastmath=True)
def workspace(shape, plan, attacked):
    """Scratch for one thread: blocks of lanes, what products by entry turn round, buffers of gaps, active entries, and
    what attacks need: rows as they are seen, the directions, and each row's length and direction.
    """
    n, n_pad, m_pad, _ = shape
    width, part, by_entry = plan
    X, D = np.zeros((n_pad, width), np.float32), np.zeros((n_pad, width), np.float32)
    H, E = np.zeros((m_pad, width), np.float32), np.zeros((m_pad, width), np.float32)
    wide, columns = (whole(m_pad), n_pad) if by_entry else (1, 1)
    VT, GT = np.zeros((columns, wide), np.float32), np.zeros((columns, wide), np.float32)
    HT = np.zeros((width if by_entry else 1, wide), np.float32)
    floats = np.empty(BUFFER, np.float32)
    buffers = floats, floats.view(np.int32), np.empty(BUFFER, np.int32), np.empty(BUFFER, np.float32)
    size = part * n
    entries = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32)
    sight, ways = (width, n) if attacked else (1, 1)
    seen = np.zeros((n_pad, sight), np.float32), np.zeros((ways, ways), np.float32)
    moved = np.zeros(sight, np.float32), np.zeros(sight, np.int32)
    return (X, D, H, E), (VT, GT, HT), buffers, entries, (*seen, *moved)


@njit(**OPTIONS)
def train_one(
    P, M, V, G, shape, kind, im, world, density, key, rate, rows, plan, first, moves, turn, learn, work
):
    """As `train`, for one model; returns its loss on the last batch."""
    work[0][0][:] = ZERO  # X: a model with dense rows leaves them behind, one with sparse rows needs it blank
    net, slopes, top, loss = split(P, shape), split(G, shape), highest(density), ZERO
    block, stride = turn
    for t in range(moves.shape[0]):
        G[:] = ZERO
        loss = share(
            net, slopes, kind, im, world, density, top, key, first + t, rows, plan, block, stride, work
        )
        if learn:
            adam(P, G, M, V, rate, moves[t])
    return loss


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def train(
    chosen,
    P,
    M,
    V,
    G,
    shape,
    kind,
    ims,
    world,
    density,
    keys,
    rates,
    rows,
    plan,
    first,
    moves,
    turn,
    learn,
    losses,
):
    """Train the chosen models for one update a row of `moves` (see `adam`), the first being update `first` from 0.

    P, M, V are (model, parameter), see `split`; G is room for one gradient. turn: (0, 1), or (i, count) to work on
    every `count`-th block of each batch from block i only. learn: whether to update, or leave the gradient in G.
    losses gets each model's loss on its last batch, or this thread's part of it.
    """
    work = workspace(shape, plan, kind[5] > ZERO)
    for k in chosen:
        own = P[k], M[k], V[k], G, shape, kind, ims[k], world, density[k], keys[k], rates[k]
        losses[k] = train_one(*own, rows, plan, first, moves, turn, learn, work)


@njit(nogil=True, cache=True, fastmath=True, error_model="numpy")
def update(k, P, M, V, flat, rates, move):
    """One Adam update of model k."""
    adam(P[k], flat, M[k], V[k], rates[k], move)
