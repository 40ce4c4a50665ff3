"""Phase diagrams: boundaries, trained against exact optima (F12, F13), and other activation functions (C1)."""

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from tsup import exact
from tsup.claims.registry import Measured, claim
from tsup.claims.verdict import Verdict, judge
from tsup.exact import theory
from tsup.experiments.phase import KINDS
from tsup.measure import gram, norms

LESS, MORE = (0.2, 0.5, 0.8), (1.5, 3.0, 6.0)
LISTED = {0.05: 0.000832, 0.4: 0.050992}
BANDS = (0.0, 0.05, 0.1, 0.2)  # decades; neighbouring trained points are 0.05 apart


def distance(data: xr.Dataset) -> Float[np.ndarray, "ratio density"]:
    """How far, in decades, every trained point is from the nearest point where the exact optimum is of another kind."""
    log = np.log10
    p, r = np.meshgrid(log(data.density.values), log(data.ratio.values))
    P, R = (v.ravel() for v in np.meshgrid(log(data.exact_density.values), log(data.exact_ratio.values)))
    own, other = data.optimum_kind.values.ravel(), data.exact_kind.values.ravel()
    apart = np.hypot(p.reshape(-1, 1) - P, r.reshape(-1, 1) - R)
    return np.where(own[:, None] != other, apart, np.inf).min(1).reshape(p.shape)


def classes(data: xr.Dataset) -> Int[np.ndarray, "ratio density"]:
    """What the averaged measures of the starts say of every point, as a place in `KINDS`."""
    norm, shared = data.norm.values, data.shared.values
    return np.where(norm > 0.5, np.where(shared > 0.5, 2, 1), 0)


def disagreement(data: xr.Dataset) -> list[tuple[int, int]]:
    """By band of `BANDS`: at how many points the best start is not of the optimum's kind, and of how many."""
    wrong, band = data.kind.values != data.optimum_kind.values, np.digitize(distance(data), BANDS) - 1
    return [(int(wrong[band == k].sum()), int((band == k).sum())) for k in range(len(BANDS))]


def _speckle(data: xr.Dataset) -> Measured:
    found = disagreement(data)
    names = ["within 0.05 decades of a boundary", "0.05 to 0.1", "0.1 to 0.2", "further"]
    measured = {name: f"{wrong} of {count} points" for name, (wrong, count) in zip(names, found, strict=True)}
    wrong, count = np.sum(found[1:], axis=0)
    return measured, judge(bool(wrong == 0), bool(wrong < 0.01 * count))


def _average(data: xr.Dataset) -> Measured:
    truth = data.optimum_kind.values
    right = classes(data) == truth
    starts = np.take_along_axis(data.kind_share.values, truth[..., None].astype(int), -1)
    measured = {"points that agree": float(right.mean()), "starts that agree": float(starts.mean())}
    return measured, judge(bool(right.mean() >= 0.95), bool(right.mean() >= 0.8))


@claim(
    "F12.boundaries",
    "Ignoring the extra feature and the antipodal pair cost the same at p = 4r/(2+5r) for r ≤ 1, ignoring the "
    "first and the pair at p = 4/(5+2r) for r ≥ 1, and all three at r = 1, p = 4/7",
    "where the exact losses cross, at six r and at the triple point, to 1e-6",
)
def boundaries() -> Measured:
    """Fixed weights."""
    found = [theory.crossing(r, ("ignore extra", "antipodal")) for r in (*LESS, 1.0)]
    found += [theory.crossing(r, ("ignore first", "antipodal")) for r in (1.0, *MORE)]
    off = np.abs(found - theory.boundary(np.array([*LESS, 1.0, 1.0, *MORE])))
    triple = [found[len(LESS)], found[len(LESS) + 1]]
    worst = float(max(off.max(), np.abs(np.array(triple) - 4 / 7).max()))
    return {"triple point": triple, "off by at most": worst}, judge(worst < 1e-6)


@claim(
    "F12.first-order",
    "There the slope of the least loss jumps: a phase change of first order",
    "fixed weights, six r: slopes on either side differ by over 10 % of the lesser",
)
def first_order() -> Measured:
    """By differences of the least of the three exact losses, with step 1e-4."""
    jumps, step = [], 1e-4
    for r in (*LESS, *MORE):
        at = float(theory.boundary(r))
        least = [min(float(c) for c in list(theory.costs(at + k * step, r).values())[:3]) for k in (-1, 0, 1)]
        below, above = (least[1] - least[0]) / step, (least[2] - least[1]) / step
        jumps.append(max(below, above) / min(below, above) - 1)
    return {"r": [*LESS, *MORE], "jump": [float(j) for j in jumps]}, judge(min(jumps) > 0.1)


def follow(r: float, density: Float[np.ndarray, " density"]) -> tuple[np.ndarray, np.ndarray]:
    """The exact optimum of the pair and of ignoring the extra feature: losses and W_extra/W_first (branch, density)."""
    fixed = theory.one_dimension(0.5)
    W, b = (np.array([fixed[name][k] for name in ("antipodal", "ignore extra")]) for k in (0, 1))
    importance, every = np.array([1.0, r]), len(density)
    W, b, loss, _ = exact.descend(
        W.repeat(every, axis=0), b.repeat(every, axis=0), np.tile(density, 2)[:, None], importance
    )
    return loss.reshape(2, every), (W[:, 0, 1] / W[:, 0, 0]).reshape(2, every)


@claim(
    "F12.jump",
    "The best weights change discontinuously in size and in superposition",
    "r = 0.5, best weights and biases: the two branches' exact losses cross once, slopes there differ by over 2 %, and "
    "W_extra/W_first goes from below −½ to within 0.01 of 0; differently: any jump above ½",
)
def jump() -> Measured:
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
    sharp = len(turns) == 1 and slopes.max() / slopes.min() > 1.02
    return measured, judge(
        bool(sharp and before < -0.5 and abs(after) < 0.01), bool(sharp and abs(after - before) > 0.5)
    )


@claim(
    "F12.trained",
    "Trained at r = 1, the model is an antipodal pair of the known loss",
    "p = 0.05: loss 0.000832, ‖W_i‖ 1.0030; p = 0.4: 0.050992, 1.0017, b = 0.0428; losses and norms to 1 %, b to 0.01",
    sources=("F12",),
)
def trained(data: xr.Dataset) -> Measured:
    """The exact loss of the best start."""
    W, b, p = (data[f"listed_{name}"].values.astype(float) for name in ("W", "b", "density"))
    loss = exact.loss(W, b, p[:, None])
    off = np.abs(loss / [LISTED[round(value, 6)] for value in p] - 1)
    length, bias = norms(W), b[p.argmax()]
    measured = {
        "losses": loss.tolist(),
        "norms": length.mean(1).tolist(),
        "b at p = 0.4": bias.tolist(),
        "losses off by": off.tolist(),
    }
    near = bool((np.abs(length - [[1.0030], [1.0017]]) < 0.01).all() and (np.abs(bias - 0.0428) < 0.01).all())
    return measured, judge(bool(off.max() <= 0.01) and near, bool(off.max() <= 0.01))


@claim(
    "F12.kinds",
    "Training draws the phase diagram of the exact optimum, and differs only at its boundaries",
    "the best of ten starts is of the exact optimum's kind at every trained point more than 0.05 decades from a "
    "boundary; differently: at 99 % of them",
    sources=("F12",),
    kind="ours",
)
def kinds(data: xr.Dataset) -> Measured:
    """Points of another kind, by distance."""
    return _speckle(data)


@claim(
    "F12.average",
    "So does the average of nine of ten starts",
    "averaged norm and interference put 95 % of the points where the exact optimum has them; differently: 80 %",
    sources=("F12",),
    expected=Verdict.DIFFERS,
)
def average(data: xr.Dataset) -> Measured:
    """Starts stay in a shallow minimum whose extra feature has a small weight of the same sign."""
    return _average(data)


@claim(
    "F13.boundaries",
    "Three features in two dimensions: the boundary is p = 4r/(2+5r) for r ≤ 1 and p = 4/7 for every r ≥ 1; below 4/7, "
    "at r = 1, the extra feature leaves the pair",
    "where the exact losses cross, at seven r and at three p on the line, to 1e-6",
)
def boundaries_of_three() -> Measured:
    """Fixed weights."""
    found = [theory.crossing(r, ("ignore extra", "extra antipodal"), three=True) for r in (*LESS, 1.0)]
    found += [theory.crossing(r, ("ignore first", "others antipodal"), three=True) for r in MORE]
    off = float(
        np.abs(found - np.array([*theory.boundary(np.array([*LESS, 1.0])), 4 / 7, 4 / 7, 4 / 7])).max()
    )
    line = []
    for p in (0.1, 0.3, 0.5):
        pair, others = (theory.two_dimensions(p)[name] for name in ("extra antipodal", "others antipodal"))
        line.append(abs(float(exact.loss(*pair, p) - exact.loss(*others, p))))
    return {"off by at most": off, "difference on the line": max(line)}, judge(max(off, *line) < 1e-6)


@claim(
    "F13.kinds",
    "Training draws the phase diagram of the exact optimum, and differs only at its boundaries",
    "the best of ten starts is of the exact optimum's kind at every trained point more than 0.05 decades from a "
    "boundary; differently: at 99 % of them",
    sources=("F13",),
    kind="ours",
)
def kinds_of_three(data: xr.Dataset) -> Measured:
    """Points of another kind, by distance."""
    return _speckle(data)


@claim(
    "F13.average",
    "So does the average of nine of ten starts",
    "averaged norm and interference put 95 % of the points where the exact optimum has them; differently: 80 %",
    sources=("F13",),
    expected=Verdict.DIFFERS,
)
def average_of_three(data: xr.Dataset) -> Measured:
    """As in F12."""
    return _average(data)


@claim(
    "F13.more-important",
    "An extra feature that matters more than the others is never superposed",
    "the exact optimum has it dedicated, with interference up to ½, at every point with r ≥ 1.1; differently: at 95 %",
    sources=("F13",),
)
def more_important(data: xr.Dataset) -> Measured:
    """At 100 × 100 points."""
    alone = data.exact_kind.values[data.exact_ratio.values >= 1.1] == KINDS.index("dedicated")
    return {"dedicated": float(alone.mean()), "of points": alone.size}, judge(
        bool(alone.all()), bool(alone.mean() >= 0.95)
    )


def triangles(W: Float[np.ndarray, "*model hidden 3"]) -> np.ndarray:
    """Which models share two dimensions among all three features: every pair has an inner product below −0.1."""
    one, other = np.triu_indices(3, 1)
    return np.asarray((gram(W)[..., one, other] < -0.1).all(-1))


@claim(
    "F13.four",
    "The four arrangements that the paper compares suffice: all three in joint superposition can be left out",
    "nowhere at 100 × 100 points is the exact optimum a triangle, all three inner products below −0.1; differently: at "
    "most at 5 % of them",
    sources=("F13",),
    expected=Verdict.DIFFERS,
)
def four(data: xr.Dataset) -> Measured:
    """The paper leaves out W ⊥ (1, 1, 1)."""
    found = triangles(data.exact_W.values)
    rows, columns = np.nonzero(found)
    p, r = data.exact_density.values[columns], data.exact_ratio.values[rows]
    measured: dict[str, float | list[float]] = {"share of points": float(found.mean())}
    if found.any():
        measured |= {
            "densities": [float(p.min()), float(p.max())],
            "ratios": [float(r.min()), float(r.max())],
        }
    return measured, judge(not found.any(), bool(found.mean() <= 0.05))


def areas(data: xr.Dataset) -> dict[str, list[float]]:
    """By activation, the share of the points at which the best start is of each of `KINDS`."""
    return {
        str(name): [float((data.kind.sel(activation=name).values == k).mean()) for k in range(len(KINDS))]
        for name in data.activation.values
    }


@claim(
    "C1.area",
    "How much of the diagram is superposed depends on the activation function",
    "the shares of points whose best start has the extra feature superposed differ by 0.1 or more between ReLU, GELU, "
    "SiLU and square; differently: by 0.03",
    sources=("C1",),
)
def area(data: xr.Dataset) -> Measured:
    """Two features in one dimension, ten starts a point."""
    found = {name: shares[KINDS.index("superposed")] for name, shares in areas(data).items()}
    spread = max(found.values()) - min(found.values())
    return found, judge(spread >= 0.1, spread >= 0.03)


@claim(
    "C1.three",
    "Each of them has all three phases",
    "at least 5 % of the points for every phase and activation",
    sources=("C1",),
)
def three(data: xr.Dataset) -> Measured:
    """The smallest phase of each."""
    least = {name: min(shares) for name, shares in areas(data).items()}
    return least, judge(min(least.values()) >= 0.05)


def next_door(data: xr.Dataset) -> Float[np.ndarray, "ratio density"]:
    """How much less the weights of the best of the four neighbours cost at every point, as a share; 0 if no less.

    data: `C1` at one activation.
    """
    p, r = np.meshgrid(data.density.values, data.ratio.values)
    importance, best = np.stack([np.ones_like(r), r], -1), data.loss.values.copy()
    for shift in ({"ratio": 1}, {"ratio": -1}, {"density": 1}, {"density": -1}):
        moved = data[["W", "b"]].shift(shift)
        W, b = (moved[name].fillna(data[name]).values.astype(float) for name in ("W", "b"))
        best = np.minimum(best, exact.loss(W, b, p[..., None], importance, str(data.activation.values)))
    return 1 - best / data.loss.values


@claim(
    "C1.specks",
    "The best of ten starts is as good as training gets, so that no point stands out from its surroundings",
    "nowhere do the weights of one of the four neighbouring points cost less by over 3 %; differently: at most at "
    "1 % of the points of each activation",
    sources=("C1",),
    expected=Verdict.DIFFERS,
    kind="ours",
)
def specks(data: xr.Dataset) -> Measured:
    """Exact losses; where they do, all ten starts ended in a worse minimum."""
    every = {str(name): next_door(data.sel(activation=name)) > 0.03 for name in data.activation.values}
    measured = {name: f"{int(found.sum())} of {found.size} points" for name, found in every.items()}
    shares = [float(found.mean()) for found in every.values()]
    return measured, judge(max(shares) == 0, max(shares) <= 0.01)
