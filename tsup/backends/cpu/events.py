"""Active entries of a world whose densities differ, as a template for `unroll.specialise`.

Gates are drawn group by group, in the order that `tsup.backends.cpu.worlds` gives them. A common gate is a group of its
own and is drawn whole, a number for every row. The others share a group with gates that are about as dense: one jumps
from event to event at the density of the densest, and every gate keeps its events with probability p / densest. Either
way each gate is on by itself with its own probability, so that nothing is approximate. Events come sorted by row within
a group only; they are dealt into rows afterwards, and rows without one are never built.
"""

import numpy as np
from numba import float32, int64, njit, uint32, uint64

from tsup.backends.cpu.batches import halves, whole_vectors
from tsup.backends.cpu.noise import GOLDEN, INLINE, OPTIONS, STEP, counter, draw_gaps, mix, uniform

ZERO = np.float32(0)


@njit(**INLINE)
def emit(world, g, u, place, key, row, found, events):
    """Add what gate g turns on in a row to the events, magnitudes by u and by draws at `place`; returns the count."""
    lane, feature, value = events
    first, size, k1 = world.starts[g], world.starts[g + 1] - world.starts[g], uint32(mix(key))
    if size == 1:
        lane[found], feature[found], value[found] = row, world.members[first], world.low + u * world.span
        return found + 1
    if world.exclusive[g]:
        v = uniform(counter(place, uint32(key)), k1)
        chosen = world.members[first + min(int64(u * size), size - 1)]
        lane[found], feature[found], value[found] = row, chosen, world.low + v * world.span
        return found + 1
    for q in range(size):
        v = uniform(counter(place * size + q, uint32(key)), k1)
        lane[found], feature[found] = row, world.members[first + q]
        value[found] = world.low + v * world.span
        found += 1
    return found


@njit(**OPTIONS)
def draw_whole(first, rows, source, g, key, gaps, found, events):
    """Events of one gate by a number for each of `rows` rows, the first of which is row `first`; returns the count."""
    p, (low_key, high_key) = source.density[g], halves(mix(key))
    scale = float32(1) / p
    floats = gaps.floats
    for start in range(0, rows, floats.shape[0]):
        here = min(floats.shape[0], rows - start)
        c = counter(start, low_key)
        for i in range(here):
            floats[i] = uniform(c, high_key)
            c = uint32(c + STEP)
        for i in range(here):
            if floats[i] < p:
                found = emit(
                    source.world, g, floats[i] * scale, start + i, key, first + start + i, found, events
                )
    return found


@njit(**OPTIONS)
def draw_group(first, rows, source, gates, key, gaps, found, events):
    """Events of gates in falling order of density, by gaps at the density of the densest; returns their count."""
    p, count, total = source.density, gates.shape[0], rows * gates.shape[0]
    highest = p[gates[0]]
    size = min(gaps.gap.shape[0], whole_vectors(int64(1.2 * total * highest) + 16))
    inverse_log = float32(1 / np.log1p(-highest))
    position, start = int64(-1), 0
    while True:
        draw_gaps(key, start, inverse_log, gaps, size)
        for i in range(size):
            position += 1 + int64(gaps.gap[i])
            if position >= total:
                return found
            row = int64(uint32(position) // uint32(count))
            g = gates[position - row * count]
            u = gaps.uniform[i]
            if p[g] < highest:
                if u * highest >= p[g]:
                    continue
                u *= highest / p[g]
            found = emit(source.world, g, u, start + i, key, first + row, found, events)
        start += size


@njit(**OPTIONS)
def draw_events(first, rows, source, groups, key, gaps, found, events):
    """Every active entry of `rows` rows, the first of which is row `first`, after the `found` that are there.

    Returns the count of all.
    """
    bounds = groups.bounds
    for q in range(bounds.shape[0] - 1):
        own = key if q == 0 else mix(key + uint64(q) * GOLDEN)
        if bounds[q] < groups.whole:
            found = draw_whole(first, rows, source, groups.order[bounds[q]], own, gaps, found, events)
        elif bounds[q] < bounds[q + 1]:
            gates = groups.order[bounds[q] : bounds[q + 1]]
            found = draw_group(first, rows, source, gates, own, gaps, found, events)
    return found


@njit(**OPTIONS)
def deal(rows, found, events, starts, entries):
    """Deal events into the rows that have any, numbered from 0; returns how many these are.

    starts: of every such row the place of its first entry, and of one more. Within a row events keep their order.
    """
    place = entries.place
    place[: rows + 1] = 0
    for e in range(found):
        place[events.lane[e] + 1] += 1
    for r in range(rows):
        place[r + 1] += place[r]
    lanes = 0
    for r in range(rows):
        if place[r] < place[r + 1]:
            starts[lanes] = place[r]
            lanes += 1
    starts[lanes] = found
    for e in range(found):
        to = place[events.lane[e]]
        place[events.lane[e]] += 1
        entries.feature[to], entries.value[to] = events.feature[e], events.value[e]
    return lanes
