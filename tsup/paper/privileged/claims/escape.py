"""How the model escapes its hidden ReLU (F29)."""

import numpy as np
import xarray as xr

from tsup.paper.claim import Measured, claim, densities
from tsup.paper.privileged.analysis import by_hidden_bias
from tsup.paper.verdict import Verdict, judge
from tsup.words import of, percent


def without_bias(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F29 with the models that have no hidden bias, and few features, in place of all others."""
    few = by_hidden_bias(data, False).setup.values[0]
    alike = data.sel(setup=[few] * data.sizes["setup"])
    return (alike.assign_coords(setup=data.setup.values),)


def relu_for_linear(data: xr.Dataset) -> tuple[xr.Dataset]:
    """F29 with the models that have a hidden ReLU and those that have none in each other's place."""
    return (data.assign(loss=data.linear_loss, linear_loss=data.loss),)


def _by_setup(data: xr.Dataset, values: xr.DataArray) -> dict[str, list[float]]:
    return {str(name): values.sel(setup=name).values.tolist() for name in data.setup.values}


@claim(
    "F29.bias",
    "Given a hidden bias, the model shifts its neurons into a regime where they behave linearly",
    "more than 0.95 of the hidden activations are positive at every density and number of features",
    sources=("F29",),
    bars=("least",),
    null=without_bias,
)
def with_bias(data: xr.Dataset, least: float = 0.95) -> Measured:
    """Over rows and neurons of the best start."""
    given = by_hidden_bias(data, True)
    share = given.positive.values
    sentence = (
        f"Over {share.size} densities and numbers of features, {percent(share.min())} or more of the activations are "
        f"positive."
    )
    measured = {"densities": densities(data)} | _by_setup(given, given.positive)
    return measured, judge(bool(share.min() > least), bool(np.median(share) > least)), sentence


@claim(
    "F29.positive-biases",
    "It does so by setting all the hidden biases to be positive",
    "the least hidden bias is above 0 at every density and number of features",
    sources=("F29",),
    expected=Verdict.DIFFERS,
    differently="at every density below 1",
    null=without_bias,
)
def positive_biases(data: xr.Dataset) -> Measured:
    """The least hidden bias of the best start."""
    given = by_hidden_bias(data, True)
    least = given.least_bias
    lowest = f"{float(least.min()):.2f}".replace("-", "−")
    sentence = (
        f"Every bias is positive in {of(int((least > 0).sum()), least.size, 'case')}; the lowest is {lowest}."
    )
    sparse = bool((least.values[:, data.density.values < 1] > 0).all())
    measured = {"densities": densities(data)} | _by_setup(given, least)
    return measured, judge(bool(least.values.min() > 0), sparse), sentence


@claim(
    "F29.many",
    "Without a bias but with many features, the model simulates one by averaging over them",
    "more than 0.95 of the hidden activations are positive at every density",
    sources=("F29",),
    expected=Verdict.DIFFERS,
    differently="at every density below 1 more than with few features",
    bars=("least",),
    null=without_bias,
)
def with_many(data: xr.Dataset, least: float = 0.95) -> Measured:
    """Otherwise: more than with few features at every density below 1."""
    free = by_hidden_bias(data, False)
    few, many = free.positive.values
    below = data.density.values < 1
    sentence = (
        f"With many features at least {percent(many.min())} of the activations are positive at every "
        "density, with few "
        f"at least {percent(few.min())}."
    )
    measured = {"densities": densities(data)} | _by_setup(free, free.positive)
    return measured, judge(bool(many.min() > least), bool((many > few)[below].all())), sentence


@claim(
    "F29.no-benefit",
    "The model does not benefit from its hidden ReLU",
    "nowhere is its loss below 0.98 of that of the model without one; with a hidden bias it is never above 1.05",
    sources=("F29",),
    bars=("over",),
    null=relu_for_linear,
)
def no_benefit(data: xr.Dataset, over: float = 0.05) -> Measured:
    """The ratio of the losses of the best starts."""
    ratio = data.loss / data.linear_loss
    biased = ratio.sel(setup=by_hidden_bias(data, True).setup)
    sentence = (
        f"Its loss is at least {float(ratio.min()):.2f} of that without the ReLU, and with a hidden bias at most "
        f"{float(biased.max()):.2f} of it."
    )
    holds = bool(ratio.min() >= 0.98 and biased.max() <= 1 + over)
    measured = {"densities": densities(data)} | _by_setup(data, ratio)
    return measured, judge(holds, bool(ratio.min() >= 0.95)), sentence


CLAIMS = (
    with_bias,
    positive_biases,
    with_many,
    no_benefit,
)
