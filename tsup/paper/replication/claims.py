"""A reader's replication: its models (R1) and its definition of a feature (R2)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.demonstrating.claims.linear import linear_like
from tsup.paper.introduction.claims import digons, orthogonal_pair, pentagon
from tsup.paper.nulls import scattered
from tsup.paper.verdict import Verdict, judge
from tsup.words import percent


def anywhere(data: xr.Dataset) -> tuple[xr.Dataset]:
    """R1 with its features in random directions."""
    return scattered(data, "W", "opening_W")


@claim(
    "R1.linear",
    "Trained as in the replication, the linear model keeps the five most important features orthogonally",
    "every entry of WᵀW within 0.05 of diag(1×5, 0×15); differently: five features kept",
    sources=("R1",),
    thresholds=("norm",),
    bars=("limit",),
    null=anywhere,
)
def linear(data: xr.Dataset, limit: float = 0.05, norm: float = 0.5) -> Measured:
    """20,000 batches of 256 at a constant rate."""
    return linear_like(data.W.sel(model="linear").values[0], data.sizes["hidden"], limit, norm)


@claim(
    "R1.relu",
    "Trained as in the replication, the ReLU-output model does the same on dense features",
    "every entry of WᵀW within 0.05 of diag(1×5, 0×15); differently: five features kept",
    sources=("R1",),
    thresholds=("norm",),
    bars=("limit",),
    null=anywhere,
)
def relu(data: xr.Dataset, limit: float = 0.05, norm: float = 0.5) -> Measured:
    """20,000 batches of 256 at a constant rate."""
    return linear_like(data.W.sel(model="relu").values[0], data.sizes["hidden"], limit, norm)


@claim(
    "R1.opening-dense",
    "The opening figure replicates on dense features: two orthogonal unit vectors",
    "features 0 and 1 alone, norms within 0.05 of 1, angle 90° ± 3°",
    sources=("R1",),
    thresholds=("norm",),
    bars=("unit", "degrees"),
    null=anywhere,
)
def opening_dense(data: xr.Dataset, unit: float = 0.05, degrees: float = 3.0, norm: float = 0.5) -> Measured:
    """At density 1."""
    return orthogonal_pair(data.opening_W.values[0], unit, degrees, norm)


@claim(
    "R1.opening-digons",
    "The opening figure replicates in between: two antipodal pairs",
    "at one density at least, all four gaps 90° ± 3°",
    sources=("R1",),
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("degrees",),
    null=anywhere,
)
def opening_digons(data: xr.Dataset, degrees: float = 3.0, norm: float = 0.5) -> Measured:
    """At every density between the ends."""
    return digons(data.opening_W.values, data.opening_density.values, degrees, norm)


@claim(
    "R1.opening-pentagon",
    "The opening figure replicates on sparse features: a pentagon",
    "all five gaps 72° ± 3°; differently: ± 6° (a constant rate leaves noise in the angles)",
    sources=("R1",),
    thresholds=("norm",),
    bars=("degrees",),
    null=anywhere,
)
def opening_pentagon(data: xr.Dataset, degrees: float = 3.0, norm: float = 0.5) -> Measured:
    """At the lowest density."""
    return pentagon(data.opening_W.values[-1], degrees, 6.0, norm)


def other_features(data: xr.Dataset) -> tuple[xr.Dataset]:
    """Norms of one feature beside the accuracy of another."""
    order = np.random.default_rng(0).permutation(data.sizes["feature"])
    return (data.assign(norm=(data.norm.dims, data.norm.values[..., order])),)


def agreement(data: xr.Dataset, measure: str, level: str, norm: float = 0.5) -> tuple[float, np.ndarray]:
    """How often "more accurate than random starts" and "norm above `norm`" agree, and the features so found, per model.

    data: R2. measure: "explained", "within" or "error"; level: "95 in 100" or "mean" of the starts that must be
    beaten (see `tsup.paper.replication.accuracy`).
    """
    accuracy, random = data[measure].values, data[f"{measure}_random"].sel(level=level).values[..., None]
    better = accuracy < random if measure == "error" else accuracy > random
    return float((better == (data.norm.values > norm)).mean()), better.sum(-1)


def _agrees(data: xr.Dataset, measure: str, level: str, norm: float, few: float, some: float) -> Measured:
    share, found = agreement(data, measure, level, norm)
    features = {str(name): counts.tolist() for name, counts in zip(data.model.values, found, strict=True)}
    sentence = (
        f"For {percent(share)} of {data.norm.size:,} features, over models and densities, the answers agree."
    )
    return {"agreement": share, **features}, judge(1 - share <= few, 1 - share <= some), sentence


STATEMENT = "Features are what a model represents more accurately than a randomly initialised one"
TOLERANCE = (
    "the same answer as norm above ½ for 95 % of features, over models and densities; differently: 80 %"
)


@claim(
    "R2.explained",
    f"{STATEMENT}: the output explains more of the feature's variance than in 95 of 100 random starts",
    TOLERANCE,
    sources=("R2",),
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("few", "some"),
    null=other_features,
)
def explained(data: xr.Dataset, norm: float = 0.5, few: float = 0.05, some: float = 0.2) -> Measured:
    """The reading that the book keeps."""
    return _agrees(data, "explained", "95 in 100", norm, few, some)


@claim(
    "R2.within",
    f"{STATEMENT}: an active feature's output is within 0.1 of it more often than in 95 of 100 random starts",
    TOLERANCE,
    sources=("R2",),
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("few", "some"),
    null=other_features,
    expected=Verdict.DIFFERS,
)
def within(data: xr.Dataset, norm: float = 0.5, few: float = 0.05, some: float = 0.2) -> Measured:
    """The most literal reading."""
    return _agrees(data, "within", "95 in 100", norm, few, some)


@claim(
    "R2.error",
    f"{STATEMENT}: its squared error is below the mean of random starts",
    TOLERANCE,
    sources=("R2",),
    thresholds=("norm",),
    bars=("few", "some"),
    null=other_features,
    expected=Verdict.FAILS,
)
def error(data: xr.Dataset, norm: float = 0.5, few: float = 0.05, some: float = 0.2) -> Measured:
    """The naive reading: random weights add noise, so that a bias alone already does better."""
    return _agrees(data, "error", "mean", norm, few, some)


CLAIMS = (
    linear,
    relu,
    opening_dense,
    opening_digons,
    opening_pentagon,
    explained,
    within,
    error,
)
