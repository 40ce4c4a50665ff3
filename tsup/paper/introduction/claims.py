"""The opening figure (F01), and the tests of it that its replication (R1) shares."""

import numpy as np
import xarray as xr

from tsup.measure import cosines, gaps, represented
from tsup.paper.claim import AT_ONE, Measured, claim
from tsup.paper.nulls import scattered, sparse_first
from tsup.paper.verdict import Verdict, judge
from tsup.words import count, of


def orthogonal_pair(W: np.ndarray, unit: float, degrees: float, norm: float = 0.5) -> Measured:
    """Whether W (hidden, feature) keeps features 0 and 1 alone, as orthogonal vectors of norms within `unit` of 1."""
    kept = np.flatnonzero(represented(W, norm))
    lengths = np.linalg.norm(W[:, :2], axis=0)
    angle = float(np.degrees(np.arccos(np.clip(cosines(W)[0, 1], -1, 1))))
    measured = {"kept": kept.tolist(), "norms": [round(float(x), 3) for x in lengths], "degrees": angle}
    right = bool((np.abs(lengths - 1) <= unit).all()) and abs(angle - 90) <= degrees
    sentence = (
        f"The model keeps {count(len(kept), 'feature')}; features 0 and 1 have norms of {lengths[0]:.2f} and "
        f"{lengths[1]:.2f}, {angle:.1f}° apart."
    )
    return measured, judge(kept.tolist() == [0, 1] and right, len(kept) == 2), sentence


def is_two_digons(W: np.ndarray, degrees: float, norm: float = 0.5) -> bool:
    """Whether W (2, feature) keeps four features as two antipodal pairs at right angles."""
    kept = np.asarray(gaps(W * (0.5 / norm)))
    return len(kept) == 4 and bool((np.abs(kept - 90) <= degrees).all())


def digons(W: np.ndarray, density: np.ndarray, degrees: float, norm: float = 0.5) -> Measured:
    """At how many densities W (density, 2, feature) is two digons."""
    found = [float(p) for p, weights in zip(density, W, strict=True) if is_two_digons(weights, degrees, norm)]
    where = f", from density {max(found):g} to {min(found):g}" if found else ""
    sentence = f"Two pairs at right angles are the best start at {of(len(found), len(W), 'density')}{where}."
    return {"densities": len(found), "which": found}, judge(bool(found)), sentence


def deviation(W: np.ndarray, norm: float = 0.5) -> float:
    """How far the gaps of five features in W (2, feature) are from 72°, at most; infinite if not five are kept."""
    angles = np.asarray(gaps(W * (0.5 / norm)))
    return float(np.abs(angles - 72).max()) if len(angles) == 5 else float("inf")


def pentagon(W: np.ndarray, degrees: float, wider: float, norm: float = 0.5) -> Measured:
    """How regular a pentagon W (2, feature) is."""
    angles = [round(float(gap), 2) for gap in gaps(W * (0.5 / norm))]
    off = deviation(W, norm)
    regular = f"The five angles are within {off:.2f}° of 72°."
    sentence = regular if len(angles) == 5 else f"Of five features {len(angles)} are kept."
    return {"gaps": angles, "furthest from 72°": off}, judge(off <= degrees, off <= wider), sentence


def anywhere(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F01 with its features in random directions."""
    return scattered(data, "W", "start_W", "equal_W")


@claim(
    "F01.dense",
    "On dense features the model keeps the two most important as orthogonal unit vectors and drops three",
    "features 0 and 1 alone, norms within 0.02 of 1, angle 90° ± 1°",
    sources=("F01",),
    thresholds=("norm",),
    turns=AT_ONE,
    bars=("unit", "degrees"),
    null=sparse_first,
)
def dense(data: xr.Dataset, unit: float = 0.02, degrees: float = 1.0, norm: float = 0.5) -> Measured:
    """At density 1."""
    return orthogonal_pair(data.W.values[0], unit, degrees, norm)


@claim(
    "F01.digons",
    "In between, four features form two antipodal pairs at right angles",
    "at one density at least, all four gaps 90° ± 1°",
    sources=("F01",),
    thresholds=("norm",),
    bars=("degrees",),
    null=anywhere,
)
def two_digons(data: xr.Dataset, degrees: float = 1.0, norm: float = 0.5) -> Measured:
    """At every density between the ends."""
    return digons(data.W.values, data.density.values, degrees, norm)


@claim(
    "F01.growing",
    "The sparser the features, the more of them are kept: two, then four, then five",
    "the count never falls from dense to sparse, and is 2, 4 and 5 somewhere",
    sources=("F01",),
    thresholds=("norm",),
    turns=AT_ONE,
    null=sparse_first,
)
def growing(data: xr.Dataset, norm: float = 0.5) -> Measured:
    """Over all densities."""
    W = data.W.values
    counts = represented(W, norm).sum(-1)
    rising = bool((np.diff(counts) >= 0).all())
    first, last = data.density.values[[0, -1]]
    sentence = (
        f"The best start keeps {counts[0]} of {W.shape[-1]} features at density {first:g} and "
        f"{counts[-1]} at "
        f"{last:g}; on the way the number {'never falls' if rising else 'falls'}."
    )
    return {"kept": counts.tolist()}, judge(rising and {2, 4, 5} <= set(counts.tolist()), rising), sentence


@claim(
    "F01.pentagon",
    "On the sparsest features all five are kept, as a regular pentagon",
    "in every start that keeps all five as a pentagon, gaps 72° ± 1°; differently: ± 2°",
    sources=("F01",),
    expected=Verdict.DIFFERS,
    thresholds=("norm",),
    bars=("degrees", "wider"),
    null=anywhere,
)
def sparse(data: xr.Dataset, degrees: float = 1.0, wider: float = 2.0, norm: float = 0.5) -> Measured:
    """All starts at the lowest density.

    Starts differ in the order of the features around the pentagon. These orders are nearly tied in loss, and unequal
    importance bends each by a different amount, so that one start says little.
    """
    shown = pentagon(data.W.values[-1], degrees, wider, norm)[0]
    off = np.array([deviation(W, norm) for W in data.start_W.values])
    found = off[off < 10]
    if not found.size:
        none = f"None of {count(off.size, 'start')} is a pentagon."
        return {**shown, "starts": off.size, "pentagons": 0}, Verdict.FAILS, none
    spread = {"median": float(np.median(found)), "most": float(found.max())}
    measured = {**shown, "starts": off.size, "pentagons": found.size, **spread}
    sentence = (
        f"{of(found.size, off.size, 'start').capitalize()} are pentagons, with angles up to "
        f"{spread['most']:.1f}° from "
        f"72°, {spread['median']:.1f}° in the median."
    )
    return measured, judge(spread["most"] <= degrees, spread["most"] <= wider), sentence


@claim(
    "F01.pentagon-equal",
    "With equal importance the pentagon is regular",
    "all five gaps 72° ± 1°; differently: ± 2°",
    sources=("F01",),
    thresholds=("norm",),
    bars=("degrees",),
    null=anywhere,
)
def equal(data: xr.Dataset, degrees: float = 1.0, norm: float = 0.5) -> Measured:
    """The best start with equal importance at the lowest density."""
    return pentagon(data.equal_W.values[-1], degrees, 2.0, norm)


CLAIMS = (
    dense,
    two_digons,
    growing,
    sparse,
    equal,
)
