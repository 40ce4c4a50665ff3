"""Unequal features: a pentagon that snaps (F18), correlated and anticorrelated sets (F19, F20), collapse (F21)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from tsup.measure import cosines, gram, norms, represented
from tsup.paper.claim import Measured, claim
from tsup.paper.nonuniform.analysis import PAIRS, arrangement, components
from tsup.paper.nonuniform.schema import FEATURE_AXES
from tsup.paper.verdict import Verdict, judge

PENTAGON, DIGONS = "pentagon", "digons without 0"


def crossing(density: Float[np.ndarray, " at"], difference: Float[np.ndarray, " at"]) -> list[float]:
    """Densities at which a difference of two losses changes its sign, between neighbours by the logarithm."""
    known = np.isfinite(difference)
    x, y = np.log(density[known]), difference[known]
    turns = np.flatnonzero(np.sign(y[1:]) * np.sign(y[:-1]) < 0)
    return [float(np.exp(x[k] - y[k] * (x[k + 1] - x[k]) / (y[k + 1] - y[k]))) for k in turns]


def exact_difference(data: xr.Dataset) -> Float[np.ndarray, " at"]:
    """Loss of the pentagon less that of the digons without feature 0, along their branches."""
    loss = data.branch_loss
    return (loss.sel(branch=PENTAGON) - loss.sel(branch=DIGONS)).values


def trained_losses(data: xr.Dataset) -> Float[np.ndarray, "branch density"]:
    """The least loss among the starts that ended on each branch; NaN where none did."""
    kinds = np.arange(data.sizes["branch"])[:, None, None]
    losses = np.where(data.replica_kind.values == kinds, data.replica_loss.values, np.inf).min(-1)
    return np.where(np.isfinite(losses), losses, np.nan)


def trained_difference(data: xr.Dataset) -> Float[np.ndarray, " density"]:
    """The same as `exact_difference`, from training."""
    losses, names = trained_losses(data), data.branch.values.tolist()
    return losses[names.index(PENTAGON)] - losses[names.index(DIGONS)]


@claim(
    "F18.cross",
    "As one feature grows sparser, the loss curves of the pentagon and of two digons cross: a first-order transition",
    "on the exact loss the two branches cross once, and each is a minimum at two densities or more on either side",
    sources=("F18",),
)
def cross(data: xr.Dataset) -> Measured:
    """Branches followed from optimum to optimum."""
    difference = exact_difference(data)
    found = crossing(data["at"].values, difference)
    sides = int((difference < 0).sum()), int((difference > 0).sum())
    return {"density at the crossing": found, "both are minima at": list(sides)}, judge(
        len(found) == 1 and min(sides) >= 2, len(found) == 1
    )


@claim(
    "F18.slope",
    "The slope of the least loss jumps there",
    "the slopes of the two branches at the crossing differ by more than half of the lesser; differently: by a tenth",
    sources=("F18",),
    bars=("jump_over",),
)
def slope(data: xr.Dataset, jump_over: float = 0.5) -> Measured:
    """dL/dp of feature 0, by central differences interpolated to the crossing."""
    at, loss = data["at"].values, data.branch_loss
    (where,) = crossing(at, exact_difference(data))
    slopes = []
    for branch in (DIGONS, PENTAGON):
        rise = np.gradient(loss.sel(branch=branch).values, at)
        known = np.isfinite(rise)
        slopes.append(float(np.interp(where, at[known], rise[known])))
    jump = max(slopes) / min(slopes) - 1
    return {"slope of the digons": slopes[0], "of the pentagon": slopes[1]}, judge(
        jump > jump_over, jump > 0.1
    )


def kinds_by_chance(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F18 with the best models, and the kinds of all starts, dealt out over densities and starts by chance."""
    random = np.random.default_rng(18)
    kinds = random.permuted(data.replica_kind.values.ravel()).reshape(data.replica_kind.shape)
    W = random.permutation(data.W.values)
    return (data.assign(replica_kind=(data.replica_kind.dims, kinds), W=(data.W.dims, W)),)


@claim(
    "F18.trained",
    "Training finds the crossing where the exact loss has it",
    "one crossing among the best starts of each kind, within 5 % of the exact density; differently: within 15 %",
    sources=("F18",),
    kind="ours",
    bars=("within",),
    null=kinds_by_chance,
    expected=Verdict.DIFFERS,
)
def trained_crossing(data: xr.Dataset, within: float = 0.05) -> Measured:
    """Training samples densities 12 % apart; the crossing is interpolated."""
    (where,) = crossing(data["at"].values, exact_difference(data))
    found = crossing(data.density.values, trained_difference(data))
    off = abs(found[0] / where - 1) if len(found) == 1 else np.inf
    return {"from training": found, "exact": where}, judge(bool(off <= within), bool(off <= 0.15))


@claim(
    "F18.snap",
    "Where the feature is sparse enough, the best of many starts is two digons with that feature at zero",
    "the best start is such a pair at every density below the exact crossing and a pentagon at every one above: norms "
    "above ½ of features that are kept, cosines within 0.05 of −1 in a pair and nowhere in a pentagon",
    sources=("F18",),
    thresholds=("norm", "near"),
    null=kinds_by_chance,
    turns="with norms above 1 it holds differently: where feature 0 is densest its norm falls to 1",
)
def snap(data: xr.Dataset, norm: float = 0.5, near: float = 0.05) -> Measured:
    """By kind of the start with the lowest loss."""
    (where,) = crossing(data["at"].values, exact_difference(data))
    kinds = np.array([arrangement(W, norm, near) for W in data.W.values])
    right = kinds == np.where(data.density.values < where, DIGONS, PENTAGON)
    return {"as predicted": int(right.sum()), "of": len(right)}, judge(
        bool(right.all()), bool(right.mean() >= 0.9)
    )


def room(W: Float[np.ndarray, "2 5"]) -> float:
    """The mean angle in degrees between feature 0 and its two neighbours around the circle."""
    x, y = W
    turned = np.sort(np.degrees(np.arctan2(y, x) - np.arctan2(y[0], x[0]))[1:] % 360)
    return float((turned[0] + 360 - turned[-1]) / 2)


@claim(
    "F18.room",
    "A denser feature pushes its neighbours away; towards a sparser one they move in",
    "along the pentagon's branch of the exact loss, the mean angle to the two neighbours rises at every step; "
    "differently: at most of the steps",
    sources=("F18",),
    expected=Verdict.DIFFERS,
)
def neighbours(data: xr.Dataset) -> Measured:
    """Angles at the sparse end, between equals, at ten times the density, where it is widest and at density 1."""
    pentagons = data.branch_W.sel(branch=PENTAGON).dropna("at")
    at = pentagons["at"].values
    angles = np.array([room(W) for W in pentagons.values])
    near = [int(np.abs(np.log(at / p)).argmin()) for p in (0.05, 0.5)]
    sparse, same, dense = float(angles[0]), *(float(angles[k]) for k in near)
    rising = np.diff(angles) > 0
    measured = {
        "at the sparse end": sparse,
        "between equals": same,
        "at ten times the density": dense,
        "widest": float(angles.max()),
        "at density": float(at[angles.argmax()]),
        "at density 1": float(angles[-1]),
    }
    return measured, judge(bool(rising.all()), bool(rising.mean() > 0.5))


@claim(
    "F18.dense",
    "However dense the feature becomes, the pentagon stays the best of the arrangements found here",
    "its exact loss is below that of every other branch at every density above the crossing",
    sources=("F18",),
    kind="ours",
)
def dense(data: xr.Dataset) -> Measured:
    """Branches that are followed: the pentagon, and two digons with and without feature 0."""
    (where,) = crossing(data["at"].values, exact_difference(data))
    loss = data.branch_loss.values[:, data["at"].values > where]
    margin = np.nanmin(loss[1:], axis=0) / loss[0] - 1
    return {"least margin": float(margin.min()), "at density": float(data["at"].values[-1])}, judge(
        bool((margin > 0).all())
    )


def relabelled(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F19 – F21 with features in another order, so that those of one set no longer come together."""
    order = {4: [0, 2, 1, 3], 6: [0, 2, 4, 1, 3, 5], 20: [*range(0, 20, 2), *range(1, 20, 2)]}
    moved = {}
    for name, values in data.data_vars.items():
        for axis in FEATURE_AXES & set(values.dims):
            values = values.isel({axis: order[values.sizes[axis]]})
        moved[name] = (values.dims, values.values)
    return (data.assign(moved),)


def best_and_share(data: xr.Dataset, name: str, good: Bool[np.ndarray, "density replica"]) -> Measured:
    """Whether the best start of every density has a property, and how many starts do."""
    best = data[f"{name}_replica_loss"].values.argmin(1)
    found = good[np.arange(len(good)), best]
    measured = {
        "densities": [float(p) for p in data[f"{name}_density"].values],
        "best start": [bool(one) for one in found],
        "share of starts": [float(share) for share in good.mean(1)],
    }
    return measured, judge(bool(found.all()), bool(found.any()))


def _within(W: np.ndarray, pairs: tuple[tuple[int, int], ...]) -> np.ndarray:
    """The cosine within each pair: (*model, pair)."""
    return np.stack([cosines(W)[..., i, j] for i, j in pairs], -1)


@claim(
    "F19.correlated",
    "Members of a correlated pair are orthogonal",
    "in the best start at each of three densities, all four represented (norm > ½) and |cosine| < 0.1 within both "
    "pairs; differently: at some density",
    sources=("F19",),
    thresholds=("norm", "near"),
    null=relabelled,
)
def correlated(data: xr.Dataset, norm: float = 0.5, near: float = 0.1) -> Measured:
    """Two pairs in two dimensions."""
    W = data.correlated_start_W.values
    good = (np.abs(_within(W, PAIRS[:2])) < near).all(-1) & represented(W, norm).all(-1)
    return best_and_share(data, "correlated", good)


@claim(
    "F19.anticorrelated",
    "Members of an anticorrelated pair are antipodal",
    "in the best start at each of three densities, all four represented (norm > ½) and a cosine within 0.05 of −1 "
    "within both pairs; differently: at some density",
    sources=("F19",),
    thresholds=("norm", "near"),
    null=relabelled,
    turns="at a norm of 1 it turns, since the norms of these models lie about 1",
)
def anticorrelated(data: xr.Dataset, norm: float = 0.5, near: float = 0.05) -> Measured:
    """Two pairs in two dimensions."""
    W = data.anticorrelated_start_W.values
    good = (_within(W, PAIRS[:2]) < near - 1).all(-1) & represented(W, norm).all(-1)
    return best_and_share(data, "anticorrelated", np.asarray(good))


def side_by_side(W: Float[np.ndarray, "*model 2 6"], norm: float = 0.5) -> Bool[np.ndarray, "*model"]:
    """Whether six represented features stand around the circle with the members of every pair next to each other."""
    order = np.argsort(np.arctan2(W[..., 1, :], W[..., 0, :]), axis=-1)
    pair = order // 2
    one, other = pair[..., ::2] == pair[..., 1::2], pair[..., 1::2] == np.roll(pair, -1, -1)[..., 1::2]
    return np.asarray((one.all(-1) | other.all(-1)) & represented(W, norm).all(-1))


@claim(
    "F19.side-by-side",
    "Where three correlated pairs do not fit, members of a pair stand side by side",
    "in the best start at each of three densities, all six represented (norm > ½) and every pair adjacent in the order "
    "around the circle; differently: at some density",
    sources=("F19",),
    thresholds=("norm",),
    null=relabelled,
    turns="at a norm of 1 it turns, since the norms of these models lie about 1",
)
def adjacent(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """Three pairs in two dimensions; gaps are not looked at."""
    return best_and_share(data, "three", side_by_side(data.three_start_W.values, norm))


def _densities(data: xr.Dataset) -> list[float]:
    return [float(p) for p in data.density.values]


@claim(
    "F20.diagonal",
    "Within a set of correlated features the model is nearly an orthonormal basis",
    "at each of three densities both diagonal blocks of WᵀW within 0.1 of the identity in every entry; differently: "
    "within 0.25",
    sources=("F20",),
    bars=("within",),
    null=relabelled,
    expected=Verdict.DIFFERS,
)
def diagonal(data: xr.Dataset, within: float = 0.1) -> Measured:
    """The best start."""
    blocks = [G[s, s] - np.eye(10) for G in gram(data.W.values) for s in (slice(10), slice(10, 20))]
    off = np.abs(blocks).reshape(data.sizes["density"], -1).max(1).tolist()
    return {"densities": _densities(data), "furthest entry": off}, judge(max(off) <= within, max(off) <= 0.25)


@claim(
    "F20.cross",
    "The interference is between the sets",
    "at each of three densities at least 95 % of the sum of squares off the diagonal of WᵀW lies in the cross blocks; "
    "differently: 75 %",
    sources=("F20",),
    bars=("least",),
    null=relabelled,
)
def across(data: xr.Dataset, least: float = 0.95) -> Measured:
    """The best start; half of the pairs at random would be in the cross blocks."""
    G = gram(data.W.values) ** 2 * (1 - np.eye(20))
    share = (2 * G[:, :10, 10:].sum((1, 2)) / G.sum((1, 2))).tolist()
    return {"densities": _densities(data), "share in the cross blocks": share}, judge(
        min(share) >= least, min(share) >= 0.75
    )


def collapsed(
    W: Float[np.ndarray, "*model 2 6"], near: float = 0.1, norm: float = 0.5
) -> Bool[np.ndarray, "*model pair"]:
    """Which pairs are one direction: members nearer than a tenth, the principal component of norm above one half."""
    first, second = components(W)
    return (second < near / np.sqrt(2)) & (first > norm)


@claim(
    "F21.hexagon",
    "Sparse, the three pairs make a hexagon with the members of a pair side by side",
    "at the sparsest density, the best start has six represented features in this order, and gaps of 60° ± 6°; "
    "differently: the order alone",
    sources=("F21",),
    bars=("within",),
    null=relabelled,
)
def hexagon(data: xr.Dataset, within: float = 6.0) -> Measured:
    """Share of all starts at that density that are in this order."""
    W = data.W.values[0].astype(float)
    angles = np.sort(np.degrees(np.arctan2(W[1], W[0])))
    gaps = np.diff(angles, append=angles[:1] + 360)
    ordered = bool(side_by_side(W))
    share = float(side_by_side(data.start_W.values[0]).mean())
    return {"gaps": [float(g) for g in gaps], "in order": ordered, "share of starts": share}, judge(
        ordered and bool(np.abs(gaps - 60).max() <= within), ordered
    )


@claim(
    "F21.steps",
    "As density grows the pairs collapse one after another",
    "the number of collapsed pairs of the best start never falls, and takes every value from 0 to 3; "
    "differently: it ends at 3, with a value between on the way",
    sources=("F21",),
    thresholds=("near", "norm"),
    null=relabelled,
    expected=Verdict.DIFFERS,
    turns="with norms above ¼ it holds, with norms above 1 it does not: the norms of collapsed pairs reach down to 0.4",
)
def steps(data: xr.Dataset, near: float = 0.1, norm: float = 0.5) -> Measured:
    """By density, from sparse to dense."""
    counts = collapsed(data.W.values, near, norm).sum(-1)
    first = [float(data.density.values[(counts >= k).argmax()]) for k in (1, 2, 3) if (counts >= k).any()]
    between = bool(np.isin([1, 2], counts).any()) and bool((counts == 3).any())
    whole = bool((np.diff(counts) >= 0).all()) and set(counts.tolist()) == {0, 1, 2, 3}
    return {"collapsed": counts.tolist(), "first with one, two, three": first}, judge(whole, between)


@claim(
    "F21.norm",
    "The members of a collapsed pair coincide at norm 1/√2",
    "some pair collapses, and over all densities the norms of members of collapsed pairs are within 5 % of 1/√2; "
    "differently: within 15 %",
    sources=("F21",),
    thresholds=("near", "norm"),
    bars=("within",),
    null=relabelled,
    expected=Verdict.FAILS,
    turns="with norms above 1 it holds, since only the longest components are counted then",
)
def coincide(data: xr.Dataset, near: float = 0.1, norm: float = 0.5, within: float = 0.05) -> Measured:
    """Norms of members of collapsed pairs, in models with at most two of them and in models with three."""
    done, W = collapsed(data.W.values, near, norm), norms(data.W.values)
    lengths = W.reshape(*done.shape, 2)
    three = done.all(-1)
    parts = {"up to two pairs": lengths[~three][done[~three]], "three pairs": lengths[three].ravel()}
    off = max(float(np.abs(values * np.sqrt(2) - 1).max(initial=0)) for values in parts.values())
    measured = {name: [float(v.min()), float(v.max())] for name, v in parts.items() if v.size}
    return measured, judge(bool(done.any()) and off <= within, bool(done.any()) and off <= 0.15)


@claim(
    "F21.pca",
    "In the dense regime the solution is equivalent to principal component analysis",
    "at the densest value W(a − b)/√2 is below 0.1 for every pair, and WWᵀ within 0.05 of the identity: the model "
    "projects onto two of the three directions that (a + b)/√2 span; differently: the first alone",
    sources=("F21",),
    bars=("least", "within"),
    null=relabelled,
)
def principal(data: xr.Dataset, least: float = 0.1, within: float = 0.05) -> Measured:
    """The best start."""
    W = data.W.values[-1].astype(float)
    second, off = float(components(W)[1].max()), float(np.abs(W @ W.T - np.eye(2)).max())
    measured = {"density": float(data.density.values[-1]), "(a − b)/√2": second, "WWᵀ off by": off}
    return measured, judge(second < least and off <= within, second < least)


CLAIMS = (
    cross,
    slope,
    trained_crossing,
    snap,
    neighbours,
    dense,
    correlated,
    anticorrelated,
    adjacent,
    diagonal,
    across,
    hexagon,
    steps,
    coincide,
    principal,
)
