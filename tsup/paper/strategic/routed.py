"""Mixtures of experts whose router is learned, many at once, under a price for every neuron that is on (F36).

An expert is a block of neurons with weights Wₑ (hidden, feature), and a row turns it on with the probability
σ(rₑ·x + cₑ); the model is y = ReLU(Σ WₑᵀWₑ x + b) over the experts that are on. Adam descends the mean of
Σ(x − y)² + price × (neurons on) over everything that the router may do, which is exact, there being so few experts.
Once trained an expert is on where that is likelier than not.
"""

from itertools import product
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float
from tqdm import tqdm

from tsup.config import Features, Setup
from tsup.data import sample
from tsup.errors import InputError
from tsup.exact import theory

ROWS = 4096
SAID = ("neither", "first", "second", "both")  # of two sets, which are on


class Mixture(NamedTuple):
    """What was trained: of every setting and replica.

    W, b: weights and output bias. loss: Σ(x − y)² in the mean. on: neurons that are on, in the mean. shuffled: loss
    and price where every row is given the experts of another row. routed: the share of rows on which an expert is on,
    by which of the two sets are (see `SAID`).
    """

    W: Float[np.ndarray, "setting replica expert hidden feature"]
    b: Float[np.ndarray, "setting replica feature"]
    loss: Float[np.ndarray, "setting replica"]
    on: Float[np.ndarray, "setting replica"]
    shuffled: Float[np.ndarray, "setting replica"]
    routed: Float[np.ndarray, "setting replica sets expert"]


def by_hand(
    density: Float[np.ndarray, " setting"], price: Float[np.ndarray, " setting"], features: int
) -> Float[np.ndarray, " setting"]:
    """What the best model by hand costs: an expert for every set, on with it, which loses nothing, or none at all."""
    return features * np.minimum(price * density, theory.left_out(density))


def rising(step: int, steps: int) -> float:
    """The part of the price that is asked at an update: it rises to the whole over the first half of the steps.

    Asked at once it would switch all experts off before they have learned anything.
    """
    return min(1.0, 2 * step / steps)


def train(
    setup: Setup, experts: int, price: Float[np.ndarray, " setting"], progress: bool = False
) -> Mixture:
    """Train a mixture for every setting and replica, all at once, each as it would be alone.

    setup: two sets of correlated features; its hidden dimensions are the neurons of an expert. price: of a neuron that
    is on, in units of the loss. Raises InputError for features that are not two sets of correlated
    ones, without an expert, and for prices below 0 or of another number.
    """
    import torch

    from tsup.draws import Sampler, generators

    _check(setup, experts, price)
    own, training = generators(setup), setup.training
    weights = _start(setup, experts, own)
    sampler = Sampler(setup.features, training.batch, own)
    prices = torch.tensor(np.repeat(price, training.replicas), dtype=torch.float32)
    adam = torch.optim.Adam(weights.values(), lr=float(setup.rates[0]))
    rates = torch.optim.lr_scheduler.LambdaLR(adam, training.decay)
    for step in tqdm(range(training.steps), disable=not progress):
        adam.zero_grad()
        _expected(weights, sampler.draw(), rising(step, training.steps) * prices).sum().backward()
        adam.step()
        rates.step()
    with torch.no_grad():
        return _measured(setup, weights, price)


def _check(setup: Setup, experts: int, price: np.ndarray) -> None:
    sets = setup.features.correlated
    if len(sets) != 2 or sum(map(len, sets)) != setup.features.n:
        raise InputError(
            f"features must be two correlated sets, got {len(sets)} of {setup.features.n} features"
        )
    if experts < 1:
        raise InputError(f"experts must be at least 1, got {experts}")
    if price.shape != (setup.features.settings,) or not (price >= 0).all():
        raise InputError(
            f"price must be ≥ 0, one for each of {setup.features.settings} settings, got {price}"
        )


def _start(setup: Setup, experts: int, own: list[Any]) -> dict[str, Any]:
    """Glorot-normal experts, a router of small normal weights, no biases."""
    import torch

    n, m = setup.features.n, setup.model.hidden
    W, r = torch.empty(len(own), experts, m, n), torch.empty(len(own), experts, n)
    for k, random in enumerate(own):
        W[k].normal_(0.0, (2 / (n + m)) ** 0.5, generator=random)
        r[k].normal_(0.0, n**-0.5, generator=random)
    weights = {"W": W, "b": torch.zeros(len(own), 1, n), "r": r, "c": torch.zeros(len(own), 1, experts)}
    return {name: weight.requires_grad_() for name, weight in weights.items()}


def _logits(weights: dict[str, Any], x: Any) -> Any:
    return x @ weights["r"].mT + weights["c"]


def _parts(weights: dict[str, Any], x: Any) -> Any:
    """What every expert would add to the output, (model, expert, row, feature)."""
    return x[:, None] @ weights["W"].mT @ weights["W"]


def _lost(weights: dict[str, Any], x: Any, added: Any) -> Any:
    """Σ(x − y)², (model, way, row), with what the chosen experts add up to (model, way, row, feature)."""
    import torch

    return (x[:, None] - torch.relu(added + weights["b"][:, None])).square().sum(-1)


def _expected(weights: dict[str, Any], x: Any, prices: Any) -> Any:
    """Loss and price of every model, the mean over rows and over all that the router may do on them."""
    import torch
    from torch.nn.functional import logsigmoid

    _, experts, hidden, _ = weights["W"].shape
    ways = torch.tensor(list(product((0.0, 1.0), repeat=experts)))
    logits = _logits(weights, x)
    chance = torch.exp(logsigmoid(logits) @ ways.T + logsigmoid(-logits) @ (1 - ways).T).mT
    added = torch.einsum("we,kerf->kwrf", ways, _parts(weights, x))
    cost = _lost(weights, x, added) + hidden * prices[:, None, None] * ways.sum(-1)[:, None]
    return (chance * cost).sum(1).mean(-1)


def _measured(setup: Setup, weights: dict[str, Any], price: np.ndarray) -> Mixture:
    """Of models that turn an expert on where that is likelier than not.

    Each case of `SAID` has rows of its own, the same for all models, and counts as much as it is likely: how often sets
    happen to be on among drawn rows would blur what is compared here.
    """
    import torch

    p = torch.tensor(setup.features.densities()[:, 0], dtype=torch.float32)
    p = p.repeat_interleave(setup.training.replicas)[:, None]
    likely = torch.cat([(1 - p) ** 2, p * (1 - p), p * (1 - p), p**2], 1)
    _, experts, hidden, _ = weights["W"].shape
    ways = torch.tensor(list(product((0.0, 1.0), repeat=experts)))
    found = [_of_case(weights, x, ways) for x in _cases(setup)]
    loss, whole, share = (torch.stack(part, 1) for part in zip(*found, strict=True))
    on = hidden * (likely * (share @ ways).sum(-1)).sum(1)
    often = (likely[..., None] * share).sum(1)
    lost = (likely * (whole @ often[..., None])[..., 0]).sum(1)
    shuffled = lost + torch.tensor(price.repeat(setup.training.replicas), dtype=torch.float32) * on
    parts = weights["W"], weights["b"][:, 0], (likely * loss).sum(1), on, shuffled, share @ ways
    return Mixture(*(part.numpy().reshape(setup.features.settings, -1, *part.shape[1:]) for part in parts))


def _cases(setup: Setup) -> Any:
    """Rows for each of `SAID`, (4, row, feature)."""
    import torch

    x = torch.from_numpy(sample(Features(setup.features.n, 1.0), ROWS, seed=36))
    first, second = (torch.zeros(setup.features.n) for _ in range(2))
    for one, members in zip((first, second), setup.features.correlated, strict=True):
        one[list(members)] = 1.0
    return torch.stack([x * 0, x * first, x * second, x])


def _of_case(weights: dict[str, Any], x: Any, ways: Any) -> tuple[Any, Any, Any]:
    """On rows of one case: the loss with the experts that are chosen, with each choice for all rows, and how often
    each choice is made."""
    import torch

    rows = x.expand(len(weights["W"]), -1, -1)
    added = torch.einsum("we,kerf->kwrf", ways, _parts(weights, rows))
    losses, chosen = _lost(weights, rows, added), (_logits(weights, rows) > 0).float()
    taken = (chosen[:, None] == ways[:, None]).all(-1).float()
    return (taken * losses).sum(1).mean(-1), losses.mean(-1), taken.mean(-1)
