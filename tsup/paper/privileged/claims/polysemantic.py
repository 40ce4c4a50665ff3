"""What neurons of the best models hold, from dense to sparse (F27, F28)."""

import numpy as np
import xarray as xr

from tsup.measure import neurons
from tsup.paper.claim import Measured, claim, densities
from tsup.paper.nulls import sparse_first
from tsup.paper.privileged.analysis import rotations, sets, signatures
from tsup.paper.verdict import Verdict, judge
from tsup.words import count as counted
from tsup.words import of, percent


def turned(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F28 with the hidden space of every model turned at random, so that its neurons are no special directions."""
    W = rotations(data.sizes["hidden"], data.sizes["density"], seed=27) @ data.W.values
    return (data.assign(W=data.W.copy(data=W)),)


@claim(
    "F27.kinds",
    "A stack plot makes polysemantic neurons obvious: they have more than one weight",
    "of the best models' weights above 0.1 in size, over all densities, at least 0.9 are above 0.4: few blocks of a "
    "stack are so small that one could argue about them (differently: 0.75)",
    sources=("F28",),
    expected=Verdict.DIFFERS,
    thresholds=("low", "high"),
    turns="does not hold where weights from 0.05 on are counted, or only those above 0.8 are called large",
    bars=("least",),
    null=turned,
)
def obvious(data: xr.Dataset, low: float = 0.1, high: float = 0.4, least: float = 0.9) -> Measured:
    """No weights of a middling size leave it to the threshold how many features a neuron holds."""
    some, large = (neurons(data.W.values, threshold) for threshold in (low, high))
    count = int(some.sum())
    share = float((large & some).sum() / max(1, count))
    sentence = f"Of {count} weights above {low:g} in size, {percent(share)} are above {high:g}."
    return {"share": share, "weights": count}, judge(share >= least, share >= 0.75), sentence


def held(data: xr.Dataset, threshold: float = 0.25) -> dict[str, list[int]]:
    """How many neurons of the best model at every density hold one feature, and how many hold several."""
    counts = neurons(data.W.values, threshold).sum(-1)
    return {"one feature": (counts == 1).sum(1).tolist(), "several": (counts > 1).sum(1).tolist()}


def unordered(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F28 with its densities in an order drawn at random, so that nothing depends on them."""
    order = np.random.default_rng(28).permutation(data.sizes["density"])
    return (data.isel(density=order).assign_coords(density=data.density.values),)


def typical_only(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F28 with the most frequent arrangement in place of the best, and all starts as good as the median one."""
    W, loss = data.solution_W.isel(solution=0), data.replica_loss
    alike = loss.copy(data=np.broadcast_to(np.median(loss, axis=1, keepdims=True), loss.shape))
    return (data.assign(W=data.W.copy(data=W.values), replica_loss=alike),)


def sparse_first_starts(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F28 with its best models beside the starts of other densities: the densest beside the sparsest."""
    return (data.assign(polysemantic=sparse_first(data)[0].polysemantic),)


@claim(
    "F28.dense",
    "On dense features the best model has five monosemantic neurons, one for each of the five top features",
    "the best of all starts at density 1; neurons hold features whose weights pass 0.25 in size",
    sources=("F28",),
    thresholds=("threshold",),
    null=sparse_first,
)
def dense(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """With the share of starts that find it at every density."""
    wanted = tuple((k,) for k in range(data.W.shape[1]))
    best = [kind == wanted for kind in signatures(data.W.values, threshold)]
    share = data.dedicated.values.mean(1).tolist()
    at = [float(p) for p, one in zip(data.density.values, best, strict=True) if one]
    where = f", from {max(at):g} to {min(at):g}" if at else ""
    sentence = (
        f"The best model is this one at {of(len(at), len(best), 'density')}{where}; at density "
        f"{data.density.values[0]:g}, {percent(share[0])} of the starts find it."
    )
    return {"best at densities": at, "share of starts": share}, judge(best[0], any(best)), sentence


@claim(
    "F28.sparse",
    "On sparse features every neuron of the best model holds several",
    "the best of all starts at the least density",
    sources=("F28",),
    thresholds=("threshold",),
    null=sparse_first,
)
def sparse(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """With the counts at every density."""
    found, hidden = held(data, threshold), data.W.shape[1]
    several = found["several"][-1]
    sentence = (
        f"At density {data.density.values[-1]:g}, {of(several, hidden, 'neuron')} hold several features."
    )
    return {"densities": densities(data)} | found, judge(several == hidden, several > hidden / 2), sentence


@claim(
    "F28.shift",
    "Neurons shift from monosemantic to polysemantic as features get sparser, with both kinds in one model on the way",
    "over falling density the best model's polysemantic neurons never become fewer, and grow; at some density it has "
    "both kinds",
    sources=("F28",),
    thresholds=("threshold",),
    null=unordered,
)
def shift(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """Best models."""
    found = held(data, threshold)
    several, both = np.array(found["several"]), np.array([*found.values()]).min(0)
    grows = several[-1] > several[0]
    sentence = (
        f"From dense to sparse, {several[0]} and at last {of(several[-1], data.W.shape[1], 'neuron')} hold several; "
        f"{counted((both > 0).sum(), 'density')} {'has' if (both > 0).sum() == 1 else 'have'} both kinds."
    )
    mixed = bool(grows and both.max() > 0)
    measured = {"densities": densities(data)} | found
    return measured, judge(bool((np.diff(several) >= 0).all() and mixed), mixed), sentence


@claim(
    "F28.gradual",
    "Polysemantic neurons first represent a few features, and gradually more",
    "over falling density the mean number of features in the best model's polysemantic neurons never falls, and grows",
    sources=("F28",),
    expected=Verdict.DIFFERS,
    differently="it grows from end to end",
    thresholds=("threshold",),
    null=unordered,
)
def gradual(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """Best models that have polysemantic neurons."""
    counts = neurons(data.W.values, threshold).sum(-1)
    means = [float(one[one > 1].mean()) for one in counts if (one > 1).any()]
    at = [float(p) for p, one in zip(data.density.values, counts, strict=True) if (one > 1).any()]
    falls = of((np.diff(means) < 0).sum(), len(means) - 1, "step")
    sentence = (
        f"The mean number is {means[0]:.1f} at density {at[0]:g} and {means[-1]:.1f} at {at[-1]:g}; "
        f"it falls at {falls}."
    )
    grows = means[-1] > means[0]
    return (
        {"densities": at, "features": means},
        judge(bool((np.diff(means) >= 0).all() and grows), grows),
        sentence,
    )


@claim(
    "F28.ranges",
    "There are ranges of density over which the best solution is the same arrangement",
    "at least two neighbouring densities whose best models' neurons hold the same features, apart from the range of "
    "five monosemantic ones",
    sources=("F28",),
    thresholds=("threshold",),
    null=turned,
)
def ranges(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """Arrangements by the features that neurons hold."""
    kinds = signatures(data.W.values, threshold)
    pairs = [k for k in range(len(kinds) - 1) if kinds[k] == kinds[k + 1]]
    mixed = [k for k in pairs if max(map(len, kinds[k])) > 1]
    p = data.density.values
    where = f", such as {p[mixed[0]]:g} and {p[mixed[0] + 1]:g}" if mixed else ""
    sentence = (
        f"Of {counted(len(p), 'density')}, {counted(len(mixed), 'neighbouring pair')} with polysemantic neurons "
        f"{'shares' if len(mixed) == 1 else 'share'} an arrangement{where}."
    )
    return (
        {"same at": [f"{p[k]:g} and {p[k + 1]:g}" for k in pairs]},
        judge(bool(mixed), bool(pairs)),
        sentence,
    )


@claim(
    "F28.sets",
    "Features correspond to sets of neurons, of which a single neuron is a special case",
    "in the best model at every density, each represented feature is positive (> 0.25) on at least one neuron, and no "
    "two on the same set",
    sources=("F28",),
    expected=Verdict.DIFFERS,
    differently="at more than half of the densities",
    thresholds=("threshold", "norm"),
    null=turned,
)
def features_as_sets(data: xr.Dataset, threshold: float = 0.25, norm: float = 0.5) -> Measured:
    """With the smallest and the largest set at each density."""
    found = [sets(W, threshold, norm) for W in data.W.values]
    own = [all(one) and len(set(one)) == len(one) for one in found]
    measured = {
        "features": [len(one) for one in found],
        "sets": [len(set(one)) for one in found],
        "sizes": [f"{min(map(len, one))}–{max(map(len, one))}" for one in found],
    }
    shared = [
        f"at density {p:g} {len(one)} features have {len(set(one))} sets"
        for p, one, right in zip(data.density.values, found, own, strict=True)
        if not right
    ]
    rest = f"; {shared[0]}" if shared else ""
    sentence = f"Every feature has a set of its own at {of(sum(own), len(own), 'density')}{rest}."
    return {"densities": densities(data)} | measured, judge(all(own), bool(np.mean(own) > 0.5)), sentence


@claim(
    "F28.best",
    "The best of a thousand starts is better than the median one",
    "its loss is at least one per cent lower at every density",
    sources=("F28",),
    expected=Verdict.DIFFERS,
    differently="lower at every density, by so much at most of them",
    bars=("least",),
    null=typical_only,
)
def best_of_many(data: xr.Dataset, least: float = 0.01) -> Measured:
    """Losses of all starts on common rows."""
    gap = 1 - data.replica_loss.values.min(1) / np.median(data.replica_loss.values, axis=1)
    sentence = (
        f"Its loss is lower by {percent(gap.min())} to {percent(gap.max())}; by {percent(least)} or more at "
        f"{of((gap >= least).sum(), gap.size, 'density')}."
    )
    measured = {"densities": densities(data)} | {"lower by": gap.astype(float).tolist()}
    return (
        measured,
        judge(bool(gap.min() >= least), bool(gap.min() > 0 and (gap >= least).mean() > 0.5)),
        sentence,
    )


@claim(
    "F28.typical",
    "Typical solutions are often similar to the best one",
    "the median start's polysemantic neurons differ in number from the best model's by at most one at every density",
    sources=("F28",),
    thresholds=("threshold",),
    null=sparse_first_starts,
)
def typical(data: xr.Dataset, threshold: float = 0.25) -> Measured:
    """With the share of starts whose neurons hold what the best model's do, and the number of arrangements found."""
    starts = data.polysemantic.sel(threshold=threshold).values
    off = np.abs(np.median(starts, axis=1) - np.array(held(data, threshold)["several"]))
    found = {
        "same arrangement": data.like_best.values.mean(1).tolist(),
        "arrangements found": data.solutions.values.tolist(),
        "differs by": off.tolist(),
    }
    sentence = (
        f"The median start has as many at {of((off == 0).sum(), off.size, 'density')}, and elsewhere "
        "differs by at most "
        f"{off.max():g}; {percent(data.like_best.values.mean())} of all starts have its arrangement."
    )
    measured = {"densities": densities(data)} | found
    return measured, judge(bool(off.max() <= 1), bool((off <= 1).mean() > 0.5)), sentence


CLAIMS = (
    obvious,
    dense,
    sparse,
    shift,
    gradual,
    ranges,
    features_as_sets,
    best_of_many,
    typical,
)
