"""Whether a hidden ReLU makes neurons special directions (F26)."""

from typing import Any

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.paper.claim import Measured, claim, densities
from tsup.paper.privileged.analysis import TURNS, losses, rotations
from tsup.paper.verdict import Verdict, judge
from tsup.words import bound, of, span


def linear_only(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F26 with the models without a hidden ReLU under both names."""
    kinds = ["linear hidden", "linear hidden"]
    return (data.sel(model=kinds).assign_coords(model=["linear hidden", "relu hidden"]),)


def permuted(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F26 with the ReLU's models in place of their turned selves and the other way round: no basis is privileged."""
    return (data.assign(spread=data.turned, turned=data.spread),)


def _spread_percentiles(data: xr.Dataset, kind: str, least: float) -> dict[str, list[float]]:
    """Median, 5th and 95th percentile over starts of the features per neuron, before and after a turn."""
    one, tail = data.sel(model=kind), 100 * (1 - least)
    return {name: np.percentile(one[name], (50, tail, 100 - tail)).tolist() for name in ("spread", "turned")}


@claim(
    "F26.rows",
    "Rows of W concentrate on few entries with a hidden ReLU, and not without",
    "at each of four densities: features per neuron, (Σ W²)²/Σ W⁴ averaged over a model's neurons, at most 1.5 in 0.95 "
    "of the starts with the ReLU; without it, the median within a fifth of that of the same models turned at random; "
    "differently: at some of the densities",
    sources=("F26",),
    expected=Verdict.DIFFERS,
    bars=("most", "near"),
    null=permuted,
)
def rows(data: xr.Dataset, most: float = 1.5, near: float = 0.2) -> Measured:
    """Medians over starts at every density; in brackets, the 95th percentile."""
    told: dict[str, list[Any]] = {"densities": densities(data)}
    told |= {name: [] for name in ("with ReLU", "without", "without, turned")}
    holds: list[bool] = []
    medians: list[float] = []
    for k in range(data.sizes["density"]):
        with_relu = _spread_percentiles(data.isel(density=k), "relu hidden", 0.95)["spread"]
        without = _spread_percentiles(data.isel(density=k), "linear hidden", 0.95)
        told["with ReLU"].append(f"{with_relu[0]:.2f} ({with_relu[2]:.2f})")
        told["without"].append(round(without["spread"][0], 2))
        told["without, turned"].append(round(without["turned"][0], 2))
        same = abs(without["spread"][0] / without["turned"][0] - 1) <= near
        holds.append(with_relu[2] <= most and same)
        medians.append(with_relu[0])
    sentence = (
        f"It is so at {of(sum(holds), len(holds), 'density')}: with the ReLU a median neuron holds "
        f"{span(medians, '.1f')} "
        f"features, without it {span(told['without'], '.1f')}."
    )
    return told, judge(all(holds), any(holds)), sentence


def turned_ratio(data: xr.Dataset, kind: str) -> Float[np.ndarray, " turn"]:
    """The loss of the best model of a kind after random turns of its hidden space, in units of that before."""
    W = data.W.sel(model=kind).values.astype(float)
    found = losses(data, kind, np.concatenate([W[None], rotations(len(W), TURNS, seed=26) @ W]))
    return found[1:] / found[0]


@claim(
    "F26.turn",
    "Turning the hidden space leaves a linear hidden layer's loss as it was, and raises that of a ReLU hidden layer",
    f"the best models and {TURNS} random orthogonal maps at each of four densities: a relative "
    "change of at most 1e-9 "
    "without the ReLU, and a loss at least 1.1 times as large in every case with it; differently: a larger median",
    sources=("F26",),
    expected=Verdict.DIFFERS,
    bars=("least",),
    null=linear_only,
)
def turning(data: xr.Dataset, least: float = 1.1) -> Measured:
    """On common rows."""
    each = [data.isel(density=k) for k in range(data.sizes["density"])]
    change = max(float(np.abs(turned_ratio(one, "linear hidden") - 1).max()) for one in each)
    higher = [turned_ratio(one, "relu hidden") for one in each]
    lowest, medians = ([float(f(ratio)) for ratio in higher] for f in (np.min, np.median))
    found = {"largest change": change, "least ratio": lowest, "median ratio": medians}
    sentence = (
        f"Without the ReLU no turn changes the loss by more than {bound(change)}; with it every turn "
        "makes it at least "
        f"{min(lowest):.2f} times as large."
    )
    verdict = judge(change <= 1e-9 and min(lowest) >= least, change <= 1e-9 and min(medians) > 1)
    return {"densities": densities(data)} | found, verdict, sentence


CLAIMS = (
    rows,
    turning,
)
