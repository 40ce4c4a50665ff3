"""Learning dynamics: jumps between energy levels (F22), and transformations of two correlated sets (F23)."""

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int
from scipy.stats import spearmanr

from tsup.measure import cosines
from tsup.paper.claim import Measured, claim, densities
from tsup.paper.dynamics.analysis import is_octahedron, plateaus
from tsup.paper.verdict import Verdict, judge
from tsup.words import count, listing, of, percent, span

SETTLED = 1000
LEVELS = (0.0, 0.5)
DIGONS = 2  # of F22's densities, from dense to sparse: those at which features end as digons


def ever_represented(data: xr.Dataset) -> Bool[np.ndarray, "start feature"]:
    """Of one density, the features whose norm passes one half at some time of the training."""
    return (data.norm.values > 0.5).any(1)


def levels(dimensionality: Float[np.ndarray, "..."], within: float = 0.05) -> Int[np.ndarray, "..."]:
    """The place in `LEVELS` of each dimensionality; −1 for one that is on none of them."""
    near = np.abs(dimensionality[..., None].astype(float) - np.array(LEVELS)) < within
    return np.where(near.any(-1), near.argmax(-1), -1)


def time_on_levels(data: xr.Dataset, within: float) -> tuple[list[float], list[float]]:
    """Of every start at one density, over the features that it represents at some time: the share of the steps from
    step 1,000 on that they spend on a level, and the share of them that end on one."""
    at, ever = levels(data.dimensionality.values, within), ever_represented(data)
    late = data.step.values >= SETTLED
    length = np.gradient(data.step.values[late].astype(float))
    shares, ends = [], []
    for one, kept in zip(at, ever, strict=True):
        on = (one[late][:, kept] >= 0).mean(1)
        shares.append(float(on @ length / length.sum()))
        ends.append(float((one[-1][kept] >= 0).mean()))
    return shares, ends


def halfway(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F22 with dimensionalities spread evenly over [0, 1/2], so that no level is preferred."""
    even = np.random.default_rng(22).uniform(0, 0.5, data.dimensionality.shape)
    return (data.assign(dimensionality=(data.dimensionality.dims, even)),)


@claim(
    "F22.levels",
    "Features spend most of the training on energy levels",
    "at densities 0.4 and 0.3, where they end as digons: of the features that are represented at some time, from step "
    "1,000 on, at least 0.75 of the time within 0.05 of dimensionality 0 or 1/2 in every start, and all of them at the "
    "end; differently: at least half of the time",
    sources=("F22",),
    thresholds=("within",),
    bars=("least",),
    null=halfway,
)
def on_levels(data: xr.Dataset, within: float = 0.05, least: float = 0.75) -> Measured:
    """Time in steps, by the even snapshots of a stretch."""
    found = {p: time_on_levels(data.sel(density=p), within) for p in data.density.values[:DIGONS]}
    shares, ends = (np.array([one[k] for one in found.values()]) for k in (0, 1))
    told = [
        f"{span(100 * share, '.0f')} % of the time at density {p:g}"
        for p, share in zip(found, shares, strict=True)
    ]
    starts, last = count(shares.shape[1], "start"), percent(ends.min())
    sentence = f"In {starts} they are on one for {listing(told)}; {last} of them at the end."
    measured = {
        f"{name}, density {p:g}": one[k]
        for k, name in enumerate(("share of the time", "at the end"))
        for p, one in found.items()
    }
    return (
        measured,
        judge(bool(shares.min() >= least and ends.min() == 1), bool(shares.min() >= 0.5)),
        sentence,
    )


def digons_everywhere(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F22 with what its second density gave in place of what each gave."""
    return (data.isel(density=[1] * data.sizes["density"]).assign_coords(density=data.density),)


@claim(
    "F22.digons",
    "Energy levels are those of digons: where features end as none, they rest on neither",
    "at density 0.1, from step 1,000 on, represented features are within 0.05 of dimensionality 0 or 1/2 for at most "
    "half of the time in every start",
    sources=("F22",),
    kind="ours",
    thresholds=("within",),
    bars=("most",),
    null=digons_everywhere,
)
def without_levels(data: xr.Dataset, within: float = 0.05, most: float = 0.5) -> Measured:
    """As F22.levels."""
    sparse = data.isel(density=-1)
    shares, _ = time_on_levels(sparse, within)
    told = span(100 * np.array(shares), ".0f")
    sentence = f"At density {sparse.density.values:g} they are on one of the two for {told} % of the time."
    return {"share of the time": shares}, judge(max(shares) <= most), sentence


def other_start(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F22 with the falls of every start's loss in place of the next one's."""
    return (data.assign(fallen=(data.fallen.dims, np.roll(data.fallen.values, 1, axis=1))),)


def beyond_others(values: Float[np.ndarray, "start window"]) -> Float[np.ndarray, "start window"]:
    """What a start has more than the other starts have on average in the same window."""
    return values - (values.sum(0) - values) / (len(values) - 1)


def correlations(
    a: Float[np.ndarray, "start window"], b: Float[np.ndarray, "start window"]
) -> Float[np.ndarray, " start"]:
    """Spearman's rank correlation over windows, of every start."""
    return np.array([spearmanr(one, other).statistic for one, other in zip(a, b, strict=True)])


def links(data: xr.Dataset) -> Float[np.ndarray, "shift start"]:
    """At one density, the rank correlation over windows of what moves in a start with how the loss falls in a start,
    beyond the others. Shift 0 is a start with its own loss, shift k with that of the k-th start after it."""
    moved, fallen = beyond_others(data.moved.values), beyond_others(data.fallen.values)
    return np.array([correlations(moved, np.roll(fallen, -k, axis=0)) for k in range(len(moved))])


@claim(
    "F22.drops",
    "The loss drops when features jump",
    "at densities 0.4, 0.3 and 0.1: movement Σ|ΔDᵢ| and fall of log loss in windows of 80 steps, each less the mean of "
    "the other starts in that window, since all of them slow down together: rank correlation at least 0.5 on average "
    "over eight starts, and above that with the loss of any other start; differently: at least 0.2, and above it",
    sources=("F22",),
    expected=Verdict.FAILS,
    bars=("least",),
    null=other_start,
)
def drops(data: xr.Dataset, least: float = 0.5) -> Measured:
    """Loss on common rows, with the correlation of the raw values, which a start shares with every other."""
    each = [data.sel(density=p) for p in data.density.values]
    means = np.array([links(one).mean(1) for one in each])
    own, others = means[:, 0], means[:, 1:].max(1)
    shifts = (("raw, own loss", 0), ("raw, another start's", 1))
    raw = {
        name: [
            float(correlations(one.moved.values, np.roll(one.fallen.values, by, axis=0)).mean())
            for one in each
        ]
        for name, by in shifts
    }
    found = {
        "densities": densities(data),
        "own loss": own.tolist(),
        "another start's": others.tolist(),
        **raw,
    }
    above = bool((own > others).all())
    sentence = (
        f"The mean correlation is {span(own, '.2f')} with a start's own loss, and {others.max():.2f} at most with "
        "another's."
    )
    return found, judge(bool(own.min() >= least) and above, bool(own.min() >= 0.2) and above), sentence


def without_steps(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F23 with losses that fall from the same start to the same end as powers of the step."""
    log = np.log1p(data.step.values) / np.log1p(data.step.values[-1])
    first, last = data.loss.values[:, :1].astype(float), data.loss.values[:, -1:]
    return (data.assign(loss=(data.loss.dims, first * (last / first) ** log)),)


@claim(
    "F23.plateaus",
    "The loss falls in steps, with plateaus between",
    "at least two plateaus (loss within a factor of 1.1 while the step grows by e^0.5) in every start",
    sources=("F23",),
    thresholds=("within", "length"),
    null=without_steps,
)
def steps_of_loss(data: xr.Dataset, within: float = 0.1, length: float = 0.5) -> Measured:
    """Loss on common rows."""
    counts = [len(plateaus(data.step.values, loss, within, length)) for loss in data.loss.values]
    sentence = f"Each of {count(len(counts), 'start')} has {span(counts, 'd')} plateaus."
    return {"plateaus": counts}, judge(min(counts) >= 2, bool(np.median(counts) >= 2)), sentence


def other_sets(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F23 with the six features of every start in another order, so that sets and digons are drawn by chance."""
    random, moved = np.random.default_rng(23), {}
    for name in ("W", "end_W"):
        values = data[name].values
        order = random.permuted(np.broadcast_to(np.arange(6), (*_starts(data[name]), 6)), axis=-1)
        moved[name] = (data[name].dims, np.take_along_axis(values, order[..., None, :], -1))
    return (data.assign(moved),)


def _starts(W: xr.DataArray) -> tuple[int, ...]:
    """The shape of W but for hidden and feature, with 1 for time, so that a start keeps its order over its training."""
    return tuple(1 if name == "time" else W.sizes[name] for name in W.dims[:-2])


@claim(
    "F23.pca",
    "Early the model is like PCA: a set shares one direction, and no more than two dimensions are used",
    "on the first plateau, cosines within a set ≥ 0.98, norms within 0.03 of 1/√3, third singular value ≤ 0.1 of the "
    "first, in every one of the starts from weights × 0.01",
    sources=("F23",),
    bars=("apart", "off", "third"),
    null=other_sets,
)
def principal(data: xr.Dataset, apart: float = 0.02, off: float = 0.03, third: float = 0.1) -> Measured:
    """In the middle of the first plateau."""
    worst: dict[str, list[float]] = {"least cosine": [], "norm off": [], "third singular value": []}
    for W, loss in zip(data.W.values, data.loss.values, strict=True):
        (first, last), *_ = plateaus(data.step.values, loss)
        now = W[(first + last) // 2]
        cosine, values = cosines(now), np.linalg.svd(now, compute_uv=False)
        worst["least cosine"].append(float(min(cosine[:3, :3].min(), cosine[3:, 3:].min())))
        worst["norm off"].append(float(np.abs(np.linalg.norm(now, axis=0) - 3**-0.5).max()))
        worst["third singular value"].append(float(values[2] / values[0]))
    holds = [a >= 1 - apart and b <= off and c <= third for a, b, c in zip(*worst.values(), strict=True)]
    extremes = [min(worst["least cosine"]), max(worst["norm off"]), max(worst["third singular value"])]
    sentence = (
        f"Cosines within a set are at least {extremes[0]:.3f}, norms within {extremes[1]:.3f} of 1/√3; the third "
        f"singular value is at most {percent(extremes[2])} of the first."
    )
    return dict(zip(worst, extremes, strict=True)), judge(all(holds), sum(holds) > len(holds) / 2), sentence


@claim(
    "F23.octahedron",
    "Training ends in an octahedron whose antipodes are features of different sets",
    "in every start that is shown: norms above ½, cosines of antipodes within 0.05 of −1, all others within 0.1 of 0",
    sources=("F23",),
    thresholds=("digon", "right", "norm"),
    null=other_sets,
    turns="with other cosines within 0.05 of 0 it holds differently: in some starts an angle is a little further off",
)
def octahedron(data: xr.Dataset, digon: float = 0.05, right: float = 0.1, norm: float = 0.5) -> Measured:
    """At the last step, and the first one at which a start is an octahedron."""
    when = is_octahedron(data.W.values, digon, right, norm)
    ends = when[:, -1]
    first = [int(data.step.values[row.argmax()]) for row in when if row.any()]
    formed = f", which forms at step {span(first, ',d')}" if first else ""
    sentence = f"{of(ends.sum(), len(ends), 'start').capitalize()} end in one{formed}."
    measured = {"octahedra": int(ends.sum()), "of": len(ends), "first at step": first}
    return measured, judge(bool(ends.all()), bool(ends.mean() > 0.5)), sentence


@claim(
    "F23.share",
    "The octahedron is where training ends whatever its start, as long as features are sparse",
    "at densities of 0.1 and below, at least 0.75 of the starts at every scale",
    sources=("F23",),
    kind="ours",
    thresholds=("digon", "right", "norm"),
    bars=("least",),
    null=other_sets,
    turns="with other cosines within 0.05 of 0 it does not hold: the denser the sets, the less exact the right angles",
)
def shares(
    data: xr.Dataset, digon: float = 0.05, right: float = 0.1, norm: float = 0.5, least: float = 0.75
) -> Measured:
    """Share of starts by scale of the start and density; an octahedron is that of F23.octahedron."""
    share = is_octahedron(data.end_W.values, digon, right, norm).mean(-1)
    sparse = share[:, data.density.values <= 0.1]
    found = {
        f"start × {scale:g}": [round(float(v), 2) for v in row]
        for scale, row in zip(data.scale.values, share, strict=True)
    }
    last = float(data.density.values[-1])
    sentence = (
        f"At densities up to 0.1 at least {percent(sparse.min())} of the starts at every scale end "
        f"in it, at {last:g} "
        f"at most {percent(share[:, -1].max())}."
    )
    measured = {"densities": densities(data), **found}
    return measured, judge(bool(sparse.min() >= least), bool(sparse.min() > 0.5)), sentence


CLAIMS = (
    on_levels,
    without_levels,
    drops,
    steps_of_loss,
    principal,
    octahedron,
    shares,
)
