"""The gradient that follows the active entries, as a template that takes the place of the one by rows in `kernels`.

A model without a ReLU before its decoder is one matrix, P = VᵀW: an output before bias and activation is oⱼ = Σᵢ xᵢ Pᵢⱼ
over the active features i of its row. With g the loss's derivative by o,

    M = Σ x gᵀ over the rows        dW = V M        dV = W Mᵀ        db = Σ g

and a tied model, where V = W, has dW = W (M + Mᵀ). Only rows of P and M whose feature is active somewhere in the batch
are ever asked for. With a such features of n and k active entries a row, a batch of B rows takes 3 a n m multiply-adds
for P, dW and dV, and 2 B k n more for o and M; with rows of their own, an encoder, a decoder and three products
backwards take 3 n m for every row that isn't empty, and more. P is symmetric where V = W, of which nothing is made: at
a = n that would spare a sixth, and it would need all of P at once.

Every column j of P and M has to do with output j alone. So the outputs go by blocks of columns, in which a row of P is
read, an output found, and M added to while the block is in cache; a block's products are those of `products`, with
features as lanes. Threads that share a model take different blocks of columns.
"""

import numpy as np
from numba import float32, njit

from tsup.backends.cpu.arguments import Entries, Gaps, Model, Source
from tsup.backends.cpu.arithmetic import minus, plus, times, where_positive
from tsup.backends.cpu.batches import whole_vectors
from tsup.backends.cpu.events import deal, draw_events
from tsup.backends.cpu.followed import Dealt, Followed, Groups, Tables
from tsup.backends.cpu.kernels import BUFFER, adam, split
from tsup.backends.cpu.noise import INLINE, OPTIONS, address
from tsup.backends.cpu.outputs import RELU, activate, residual
from tsup.backends.cpu.products import L, decode, encode
from tsup.backends.cpu.unroll import registers, unroll
from tsup.backends.cpu.vector import fma, load, splat, store, total

ZERO, ONE, HALF = np.float32(0), np.float32(1), np.float32(0.5)
FORM = 1
WHOLE_TILES = 20  # rows of a table: whole tiles of either product


@njit(fastmath=True)
def workspace(shape, plan, attacked):
    """Scratch for one thread."""
    n, m, wide, columns = shape.n, plan.hidden, whole_vectors(plan.hidden), plan.columns
    most = (n + WHOLE_TILES - 1) // WHOLE_TILES * WHOLE_TILES
    size, rows, high = plan.capacity, plan.rows, (m + 4) // 5 * 5
    floats = np.empty(BUFFER, np.float32)
    gaps = Gaps(floats, floats.view(np.int32), np.empty(BUFFER, np.int32), np.empty(BUFFER, np.float32))
    events = Entries(np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32))
    dealt = Dealt(
        *(np.empty(rows + 1, np.int64), np.empty(rows + 1, np.int64)),
        *(np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.float32)),
        *(np.empty(n, np.int32), np.empty(n, np.int32)),
    )
    tables = Tables(
        *(np.zeros(high * most, np.float32), np.zeros(most * wide, np.float32)),
        *(np.zeros(most * columns, np.float32), np.zeros(most * columns, np.float32)),
        *(np.zeros(high * columns, np.float32), np.zeros(columns * wide, np.float32)),
        *(np.zeros(high * columns, np.float32), np.zeros(most * wide, np.float32)),
        np.zeros(5 * columns, np.float32),
    )
    return Followed(np.zeros((n, 16), np.float32), np.zeros((n, 16), np.float32), gaps, events, dealt, tables)


@njit(**OPTIONS)
def shaped(tables, high, padded, wide, columns):
    """The tables in the shape that so many active features and columns need; all are as they were left."""
    return Tables(
        tables.VA[: high * padded].reshape(high, padded),
        tables.GT[: padded * wide].reshape(padded, wide),
        tables.P[: padded * columns].reshape(padded, columns),
        tables.M[: padded * columns].reshape(padded, columns),
        tables.block[: high * columns].reshape(high, columns),
        tables.turned[: columns * wide].reshape(columns, wide),
        tables.change[: high * columns].reshape(high, columns),
        tables.part[: padded * wide].reshape(padded, wide),
        tables.line[: 5 * columns].reshape(5, columns),
    )


@njit(**OPTIONS)
def number(n, found, dealt):
    """Number the features that are active, in rising order, and tell every entry its feature's; returns how many."""
    slot, active = dealt.slot, dealt.active
    slot[:n] = -1
    for e in range(found):
        slot[dealt.feature[e]] = 0
    count = 0
    for j in range(n):
        if slot[j] == 0:
            slot[j], active[count] = count, j
            count += 1
    for e in range(found):
        dealt.own[e] = slot[dealt.feature[e]]
    return count


@njit(**OPTIONS)
def gather(V, active, count, VA):
    """VA = the columns of V whose features are active, and zeros."""
    for a in range(VA.shape[0]):
        if a < V.shape[0]:
            v, w = V[a], VA[a]
            for s in range(count):
                w[s] = v[active[s]]
            w[count:] = ZERO
        else:
            VA[a] = ZERO


@njit(**OPTIONS)
def columns_of(model, first, here, m, tables):
    """A block of the columns of W, also transposed, of b and of the errors' weights, filled up with zeros."""
    W, b = model.parameters.W, model.parameters.b
    block, turned, line = tables.block, tables.turned, tables.line
    line[:] = ZERO
    for j in range(here):
        line[0, j], line[1, j] = b[first + j], model.weight[first + j]
    block[m:] = ZERO
    for a in range(m):
        w, row = W[a], block[a]
        for j in range(here):
            row[j] = w[first + j]
        row[here:] = ZERO
    turned[:] = ZERO
    for j in range(here):
        for a in range(m):
            turned[j, a] = block[a, j]


@njit(**INLINE)
def aim(scale, sign, first, lanes, start, stop, dealt, x):
    """Write the targets of a row's entries in a block of columns to x, times a scale that is 1, or 0 to blank it."""
    for e in range(start, stop):
        j = dealt.feature[e] - first
        if j >= 0 and j < lanes:
            x[j] = scale * max(dealt.value[e], sign * dealt.value[e])


@njit(**OPTIONS)
def rows_of(model, first, lanes, rows, dealt, tables):
    """Outputs of a block of columns, their errors, and M; returns twice the loss. The sum of errors is line 2."""
    starts, x, loss = dealt.starts, tables.line[4], ZERO
    for r in range(rows):
        aim(ONE, model.objective.sign, first, lanes, starts[r], starts[r + 1], dealt, x)
        if FORM == RELU:
            loss += row_of_relu(lanes, starts[r], starts[r + 1], dealt, tables)
        else:
            loss += row_of_any(lanes, starts[r], starts[r + 1], dealt, tables)
        aim(ZERO, ONE, first, lanes, starts[r], starts[r + 1], dealt, x)
    return loss


@njit(**INLINE)
def row_of_relu(lanes, start, stop, dealt, tables):
    """One row of `rows_of`, L vectors of columns at a time, whose outputs never leave the registers."""
    P, M, line, value, own = tables.P, tables.M, tables.line, dealt.value, dealt.own
    o = registers()
    first, sums = 0, splat(ZERO)
    for narrow in unroll(2):
        step = 16 * (1 if narrow else L)
        for q in range(first, lanes - step + 1, step):
            for v in unroll(1 if narrow else L):
                o[v] = load(line, 0, q + 16 * v)
            for e in range(start, stop):
                scale = splat(value[e])
                for v in unroll(1 if narrow else L):
                    o[v] = fma(scale, load(P, own[e], q + 16 * v), o[v])
            for v in unroll(1 if narrow else L):
                error = minus(where_positive(o[v], o[v]), load(line, 4, q + 16 * v))
                weighted = times(load(line, 1, q + 16 * v), error)
                sums = fma(weighted, error, sums)
                o[v] = where_positive(o[v], weighted)
                store(plus(load(line, 2, q + 16 * v), o[v]), line, 2, q + 16 * v)
            for e in range(start, stop):
                scale = splat(value[e])
                for v in unroll(1 if narrow else L):
                    store(fma(scale, o[v], load(M, own[e], q + 16 * v)), M, own[e], q + 16 * v)
        first = lanes - lanes % step
    return total(sums)


@njit(**INLINE)
def row_of_any(lanes, start, stop, dealt, tables):
    """One row of `rows_of` with any form of output."""
    line = tables.line
    bias, weight, errors, o, x, loss = line[0], line[1], line[2], line[3], line[4], ZERO
    for i in range(lanes):
        o[i] = bias[i]
    for e in range(start, stop):
        value, p = dealt.value[e], tables.P[dealt.own[e]]
        for i in range(lanes):
            o[i] += value * p[i]
    for i in range(lanes):
        output, slope = activate(FORM, o[i])
        error = output - x[i]
        weighted = weight[i] * error
        loss += weighted * error
        o[i] = weighted * slope
        errors[i] += o[i]
    for e in range(start, stop):
        value, g = dealt.value[e], tables.M[dealt.own[e]]
        for i in range(lanes):
            g[i] += value * o[i]
    return loss


@njit(**OPTIONS)
def add(target, source, size):
    """target += source."""
    for i in range(size):
        target[i] += source[i]


@njit(**OPTIONS)
def block_gradient(model, first, here, rows, count, m, dealt, tables):
    """Add one block of columns to the gradients of W and b, and to the table of V's; returns twice its loss."""
    VA, M, lanes = tables.VA, tables.M, whole_vectors(here)
    gW, gb = model.gradients.W, model.gradients.b
    columns_of(model, first, here, m, tables)
    decode(VA, tables.block, tables.P, lanes)
    M[:] = ZERO
    loss = rows_of(model, first, lanes, rows, dealt, tables)
    encode(VA, M, tables.change, lanes)
    for a in range(m):
        add(gW[a, first : first + here], tables.change[a], here)
    add(gb[first : first + here], tables.line[2], here)
    encode(M, tables.turned, tables.part, tables.part.shape[1])
    for s in range(count):
        add(tables.GT[s], tables.part[s], tables.GT.shape[1])
    return loss


@njit(**OPTIONS)
def wave_gradient(model, found, rows, m, columns, shard, work):
    """The gradient of rows that have an entry, by a thread's blocks of columns; returns their loss."""
    V, gV, dealt = model.parameters.V, model.gradients.V, work.dealt
    n, loss = model.weight.shape[0], ZERO
    count = number(n, found, dealt)
    padded, high = (count + WHOLE_TILES - 1) // WHOLE_TILES * WHOLE_TILES, (m + 4) // 5 * 5
    tables = shaped(work.tables, high, padded, whole_vectors(m), columns)
    gather(V[:m], dealt.active, count, tables.VA)
    tables.GT[:] = ZERO
    for first in range(shard.first * columns, n, shard.stride * columns):
        here = min(columns, n - first)
        loss += block_gradient(model, first, here, rows, count, m, dealt, tables)
    for a in range(m):
        g = gV[a]
        for s in range(count):
            g[dealt.active[s]] += tables.GT[s, a]
    return loss * HALF


@njit(**OPTIONS)
def batch_gradient(model, source, groups, columns, step, plan, shard, work):
    """Add the gradient of a thread's columns of a batch to the model's; returns their loss.

    A wave is as many parts of the batch as are sure to find room for their entries: nearly always all of them.
    """
    parts, n = (source.rows + plan.part - 1) // plan.part, model.weight.shape[0]
    part, loss, empty = 0, ZERO, source.rows
    while part < parts:
        found, rows = 0, 0
        while part < parts and found + plan.part * n <= plan.capacity:
            here, at = min(plan.part, source.rows - part * plan.part), address(source.key, step, part)
            found = draw_events(rows, here, source, groups, at, work.gaps, found, work.events)
            rows += here
            part += 1
        lanes = deal(rows, found, work.events, work.dealt.starts, work.dealt)
        empty -= lanes
        if found > 0:
            loss += wave_gradient(model, found, lanes, plan.hidden, columns, shard, work)
    if shard.first == 0:
        work.D[:] = ZERO
        loss += residual(work.D, work.X, model, float32(empty) / float32(16), 16)
    return loss


@njit(**OPTIONS)
def train_one(state, G, settings, k, first, adam_steps, shard, learn, work):
    """As `train`, for one model, whose row of the state is given; returns its loss on the last batch."""
    shape, density = settings.shape, settings.density[k]
    parameters, gradients = split(state.P, shape), split(G, shape)
    model = Model(parameters, gradients, settings.objective, settings.weights[k], settings.penalties[k])
    source = Source(settings.world, density, ZERO, settings.keys[k], settings.rows)
    groups = Groups(settings.groups.order[k], settings.groups.bounds[k], settings.groups.whole[k])
    columns, loss = settings.columns[k], ZERO
    for t in range(adam_steps.shape[0]):
        G[:] = ZERO
        loss = batch_gradient(model, source, groups, columns, first + t, settings.plan, shard, work)
        if learn:
            adam(state, G, settings.rates[k], adam_steps[t])
    return loss
