"""Where phases of fixed and of best weights meet, from exact losses (F12, F13)."""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from tsup import exact
from tsup.exact import theory
from tsup.paper.claim import Measured, claim
from tsup.paper.verdict import judge
from tsup.words import bound, span

LESS, MORE = (0.2, 0.5, 0.8), (1.5, 3.0, 6.0)

Branches = tuple[np.ndarray, np.ndarray]


def answered_with_0(r: float, names: tuple[str, str], three: bool = False) -> float:
    """Where arrangements would cross if one left out the means of what it leaves out, which then costs p/3."""
    return 1.0 if three and "ignore first" in names else 2 * min(r, 1) / (1 + r)


@claim(
    "F12.boundaries",
    "Ignoring the extra feature and the antipodal pair cost the same at p = 4r/(2+5r) for r ≤ 1, ignoring the "
    "first and the pair at p = 4/(5+2r) for r ≥ 1, and all three at r = 1, p = 4/7",
    "where the exact losses cross, at six r and at the triple point, to 1e-6",
    bars=("within",),
    null=lambda: {"crossing": answered_with_0},
)
def boundaries(crossing: Callable[..., float] = theory.crossing, within: float = 1e-6) -> Measured:
    """Fixed weights."""
    found = [crossing(r, ("ignore extra", "antipodal")) for r in (*LESS, 1.0)]
    found += [crossing(r, ("ignore first", "antipodal")) for r in (1.0, *MORE)]
    off = np.abs(found - theory.boundary(np.array([*LESS, 1.0, 1.0, *MORE])))
    triple = [found[len(LESS)], found[len(LESS) + 1]]
    worst = float(max(off.max(), np.abs(np.array(triple) - 4 / 7).max()))
    sentence = (
        f"All {len(found)} crossings are within {bound(worst)} of these; all three meet at p = "
        f"{triple[0]:.4f}."
    )
    return {"triple point": triple, "off by at most": worst}, judge(worst < within), sentence


def cheapest(p: float, r: float) -> float:
    """The least exact loss of the three fixed arrangements."""
    return min(float(cost) for cost in list(theory.costs(p, r).values())[:3])


def smoothed(p: float, r: float, width: float = 0.01) -> float:
    """The same without its corners: a soft minimum, as wide as losses differ near the boundaries."""
    found = np.array(list(theory.costs(p, r).values())[:3])
    return float(-width * np.log(np.exp(-found / width).sum()))


@claim(
    "F12.first-order",
    "There the slope of the least loss jumps: a phase change of first order",
    "fixed weights, six r: slopes on either side differ by over 10 % of the lesser",
    thresholds=("step",),
    bars=("least",),
    null=lambda: {"lowest": smoothed},
)
def first_order(
    lowest: Callable[[float, float], float] = cheapest, least: float = 0.1, step: float = 1e-4
) -> Measured:
    """By differences of the least of the three exact losses, with step 1e-4."""
    jumps = []
    for r in (*LESS, *MORE):
        at = float(theory.boundary(r))
        before, there, after = (lowest(at + k * step, r) for k in (-1, 0, 1))
        below, above = (there - before) / step, (after - there) / step
        jumps.append(max(below, above) / min(below, above) - 1)
    times = span([1 + jump for jump in jumps], ".1f")
    sentence = f"At {len(jumps)} values of r one side is {times} times as steep as the other."
    return {"r": [*LESS, *MORE], "jump": [float(j) for j in jumps]}, judge(min(jumps) > least), sentence


def follow(r: float, density: Float[np.ndarray, " density"]) -> Branches:
    """The exact optimum of the pair and of ignoring the extra feature: losses and W_extra/W_first (branch, density)."""
    fixed = theory.one_dimension(0.5)
    W, b = (np.array([fixed[name][k] for name in ("antipodal", "ignore extra")]) for k in (0, 1))
    importance, every = np.array([1.0, r]), len(density)
    W, b, loss, _ = exact.descend(
        W.repeat(every, axis=0), b.repeat(every, axis=0), np.tile(density, 2)[:, None], importance
    )
    return loss.reshape(2, every), (W[:, 0, 1] / W[:, 0, 0]).reshape(2, every)


def follow_linear(r: float, density: Float[np.ndarray, " density"]) -> Branches:
    """The same without the ReLU, where both branches end in the model that ignores the extra feature."""
    loss = theory.costs(density, r)["ignore extra"]
    return np.stack([loss, loss]), np.zeros((2, len(density)))


@claim(
    "F12.jump",
    "The best weights change discontinuously in size and in superposition",
    "r = 0.5, best weights and biases: the two branches' exact losses cross once, slopes there differ by over 2 %, and "
    "W_extra/W_first goes from below −½ to within 0.01 of 0; differently: any jump above ½",
    bars=("slope", "large", "small"),
    null=lambda: {"follow": follow_linear},
)
def jump(
    follow: Callable[..., Branches] = follow, slope: float = 0.02, large: float = 0.5, small: float = 0.01
) -> Measured:
    """Branches followed by descent from the fixed arrangements; p = 4r/(2+5r) is the boundary between those."""
    density = np.linspace(0.46, 0.5, 81)
    loss, ratio = follow(0.5, density)
    difference = loss[0] - loss[1]
    turns = np.flatnonzero(np.sign(difference[1:]) != np.sign(difference[:-1]))
    k = int(turns[0]) if len(turns) else 0
    slopes = np.gradient(loss, density, axis=1)[:, k]
    before, after = (round(float(values[k]), 6) + 0.0 for values in ratio)
    measured = {
        "density": float(density[k]),
        "between fixed weights": float(theory.boundary(0.5)),
        "ratio below and above": [before, after],
        "slopes": [float(s) for s in slopes],
    }
    sharp = len(turns) == 1 and slopes.max() / slopes.min() > 1 + slope
    sentence = (
        f"At r = 0.5 the losses cross at density {density[k]:.3f}, where W_extra over W_first jumps from "
        f"−{abs(before):.2f} to {after:g}."
    )
    holds = bool(sharp and before < -large and abs(after) < small)
    return measured, judge(holds, bool(sharp and abs(after - before) > large)), sentence


@claim(
    "F13.boundaries",
    "Three features in two dimensions: the boundary is p = 4r/(2+5r) for r ≤ 1 and p = 4/7 for every r ≥ 1; below 4/7, "
    "at r = 1, the extra feature leaves the pair",
    "where the exact losses cross, at seven r and at three p on the line, to 1e-6",
    bars=("within",),
    null=lambda: {"crossing": answered_with_0},
)
def boundaries_of_three(crossing: Callable[..., float] = theory.crossing, within: float = 1e-6) -> Measured:
    """Fixed weights."""
    found = [crossing(r, ("ignore extra", "extra antipodal"), three=True) for r in (*LESS, 1.0)]
    found += [crossing(r, ("ignore first", "others antipodal"), three=True) for r in MORE]
    off = float(
        np.abs(found - np.array([*theory.boundary(np.array([*LESS, 1.0])), 4 / 7, 4 / 7, 4 / 7])).max()
    )
    line = []
    for p in (0.1, 0.3, 0.5):
        pair, others = (theory.two_dimensions(p)[name] for name in ("extra antipodal", "others antipodal"))
        line.append(abs(float(exact.loss(*pair, p) - exact.loss(*others, p))))
    sentence = (
        f"All {len(found)} crossings are within {bound(off)} of these; on the line r = 1 the losses are within "
        f"{bound(max(line))}."
    )
    return (
        {"off by at most": off, "difference on the line": max(line)},
        judge(max(off, *line) < within),
        sentence,
    )


CLAIMS = (
    boundaries,
    first_order,
    jump,
    boundaries_of_three,
)
