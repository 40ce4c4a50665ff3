"""What an attack does to models in superposition (F24)."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from jaxtyping import Float

from tsup.config import Features
from tsup.paper.adversarial.schema import MEAN, READINGS
from tsup.paper.experiment import trainings

SHARE = 0.1


def squared_budget(data: xr.Dataset, reading: str) -> xr.DataArray:
    """ε², the mean over inputs, with axes (world, density); with own budgets the share² E‖x‖², which is n p / 3."""
    if READINGS[reading] == MEAN:
        return data.budget**2
    setups = trainings(data)
    sizes = [setups[str(name)].features.n for name in data.world.values]
    return SHARE**2 * xr.DataArray(sizes, {"world": data.world}, "world") * data.density / 3


def relative_harm(data: xr.Dataset, reading: str) -> xr.DataArray:
    """The attacked loss over the clean one, with axes (world, density, start)."""
    return data.attacked.sel(reading=reading) / data.clean


def added_harm(data: xr.Dataset, reading: str) -> xr.DataArray:
    """The attacked loss less the clean one, over the squared budget, with axes (world, density, start).

    About 1 without superposition, where a feature with a dimension of its own moves as far as its input does.
    """
    return (data.attacked.sel(reading=reading) - data.clean) / squared_budget(data, reading)


def added(data: xr.Dataset, reading: str) -> Float[np.ndarray, "world density"]:
    """The attacked loss less the clean one, over the squared budget, the mean over starts."""
    return added_harm(data, reading).mean("start").values


def correlations(
    data: xr.Dataset, reading: str, measure: Callable[[xr.Dataset, str], np.ndarray] = added
) -> Float[np.ndarray, " world"]:
    """The correlation of a measure with the features per dimension, over densities."""
    crowd = data.features_per_dimension.mean("start").values
    pairs = zip(measure(data, reading), crowd, strict=True)
    return np.array([np.corrcoef(harm, features)[0, 1] for harm, features in pairs])


def chosen(data: xr.Dataset, importance: str) -> xr.Dataset:
    """The worlds whose importance is "equal" or "falling"."""
    setups = trainings(data)
    kinds = [_importance(setups[str(name)].features) for name in data.world.values]
    return data.isel(world=[k for k, kind in enumerate(kinds) if kind == importance])


def _importance(features: Features) -> str:
    return "falling" if np.ptp(features.importances()) else "equal"


def perturbation(
    W: Float[np.ndarray, "2 feature"], degrees: float | int, budget: float
) -> Float[np.ndarray, " feature"]:
    """The move of an input by `budget` along Wᵀu, u being at `degrees` in the hidden plane."""
    row = np.array([np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))]) @ W
    length = np.linalg.norm(row)
    return budget * row / length if length > 1e-9 else 0 * row


def feature_angles(W: Float[np.ndarray, "2 feature"]) -> Float[np.ndarray, " feature"]:
    """The directions of features in degrees, in [0, 360); beyond the axis for those that are not represented."""
    angles = np.rad2deg(np.arctan2(W[1], W[0])) % 360
    return np.where(np.linalg.norm(W, axis=0) > 0.5, angles, -100)


def outputs(
    W: Float[np.ndarray, "hidden feature"],
    b: Float[np.ndarray, " feature"],
    x: Float[np.ndarray, "row feature"],
) -> Float[np.ndarray, "row feature"]:
    """ReLU(WᵀWx + b) for rows x."""
    return np.maximum(x @ W.T @ W + b, 0)


def output_changes(
    W: Float[np.ndarray, "2 feature"],
    b: Float[np.ndarray, " feature"],
    x: Float[np.ndarray, " feature"],
    budget: float,
    angles: Float[np.ndarray, " direction"],
) -> Float[np.ndarray, "direction feature"]:
    """How far an attack along Wᵀu moves every output, in budgets, for every direction u in degrees."""
    seen = np.array([x, *(x + perturbation(W, angle, budget) for angle in angles)])
    found = outputs(W, b, seen)
    return np.abs(found[1:] - found[0]) / budget
