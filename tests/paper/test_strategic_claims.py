"""Claims on a penalty on hidden activations and on what an activation buys: what they say of doctored results."""

from itertools import product

import numpy as np
import pytest
import torch
import xarray as xr
from verdicts import verdict

from tsup import exact
from tsup.draws import Sampler, generator
from tsup.exact import theory
from tsup.paper.rows import find
from tsup.paper.strategic import analysis, routed, rows
from tsup.paper.strategic.analysis import ARRANGEMENTS, by_hand, neuron, threshold, worth
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS
FALLING = 0.75 ** np.arange(10.0)


def test_the_threshold_of_sparse_features_is_the_one_derived():
    assert threshold(1e-4) == pytest.approx(8 / 9 * np.sqrt(2 / 3), rel=1e-3)
    assert threshold(1.0) == pytest.approx(2 / 9 * np.sqrt(2 / 3), rel=1e-3)


def test_a_neuron_costs_what_the_exact_loss_and_a_million_rows_say():
    p, penalty = 0.3, 0.2
    pair = neuron(p, 2)
    best = int(pair.total(1.0, penalty).argmin())
    w, b = analysis.WEIGHTS[best], pair.bias[best]
    rng = np.random.default_rng(0)
    x = rng.random((1_000_000, 2)) * (rng.random((1_000_000, 2)) < p)
    h = w * (x[:, 0] - x[:, 1])
    y = np.maximum(np.outer(h, [w, -w]) + b, 0)
    drawn = ((x - y) ** 2).sum(1).mean() + penalty * np.abs(h).mean()
    assert pair.total(1.0, penalty)[best] == pytest.approx(drawn, rel=5e-3)


@pytest.mark.parametrize(("penalty", "alone", "paired"), [(1e-3, 0, 10), (0.25, 4, 0), (2.0, 0, 0)])
def test_the_best_model_by_hand(penalty, alone, paired):
    W, b = by_hand(0.03, FALLING, penalty, 5, pairs=True)
    held = (W != 0).sum(1)
    assert ((held == 1).sum(), 2 * (held == 2).sum()) == (alone, paired)
    assert b[(W == 0).all(0)] == pytest.approx(0.015)
    assert (by_hand(0.03, FALLING, penalty, 5, pairs=False).W >= 0).all()


def test_an_arrangement_is_worth_what_it_takes_off_the_loss():
    for k, (_, W) in enumerate(ARRANGEMENTS):
        found = worth(k, 0.2)
        plain = exact.loss(W, np.zeros(W.shape[1]), 0.2)
        assert found.reduction >= W.shape[1] * theory.left_out(0.2) - plain - 1e-9
    assert worth(0, 0.2).active == pytest.approx(0.2)
    assert worth(1, 0.2).active == pytest.approx(0.36)
    assert worth(2, 0.2).active == pytest.approx(1 - 0.8**3 + 0.36)


def made(loaded, **changes):
    """F35 with some of its variables changed by functions."""
    data = loaded("F35")
    for name, change in changes.items():
        values = data[name].values.copy()
        change(values)
        data = data.assign({name: data[name].copy(data=values)})
    return data


def keep(W, linear, count):
    """Give all models of one kind so many orthogonal features under every penalty."""
    W[linear] = 0
    for i in range(count):
        W[linear, ..., i, i] = 1


def test_features_that_come_back_under_a_larger_penalty(loaded):
    for name, kind in (("fewer", 0), ("relu", 1)):
        assert verdict(f"F35.{name}", F35=made(loaded, W=lambda W, kind=kind: keep(W, kind, 5))) is FAILS

        def gone(W, kind=kind):
            keep(W, kind, 5)
            W[kind, :, -1] = 0

        assert verdict(f"F35.{name}", F35=made(loaded, W=gone)) is HOLDS


def test_a_threshold_elsewhere(loaded):
    def shifted(W):
        W[0, :, :-4] = W[0, :, 4:]
        W[0, :, -4:] = 0

    assert verdict("F35.threshold", F35=made(loaded, W=shifted)) is FAILS


def test_pairs_under_every_penalty(loaded):
    def paired(W):
        W[0] = 0
        for k in range(5):
            W[0, ..., k, 2 * k], W[0, ..., k, 2 * k + 1] = 1, -1

    assert verdict("F35.orthogonal", F35=made(loaded, W=paired)) is FAILS
    assert verdict("F35.margin", F35=made(loaded, W=paired)) is FAILS

    def parted(W):
        paired(W)
        W[0, :, 1:, :, 5:] = 0
        W[0, :, 1:, :, :5] = np.eye(5)

    assert verdict("F35.orthogonal", F35=made(loaded, W=parted)) is HOLDS


def test_superposition_that_costs_nothing_to_lose(loaded):
    def flat(loss):
        loss[0] = loss[0, :, :1]

    assert verdict("F35.loss", F35=made(loaded, loss=flat)) is FAILS


def test_models_that_lose_to_those_by_hand_and_models_that_lie_across_the_axes(loaded):
    def dearer(total):
        total *= 1.2

    assert verdict("F35.by-hand", F35=made(loaded, total=dearer)) is FAILS

    def turned(W):
        q = np.linalg.qr(np.random.default_rng(0).normal(size=(5, 5)))[0]
        W[:] = q @ W

    assert verdict("F35.aligned", F35=made(loaded, W=turned)) is DIFFERS


def test_the_penalties_are_spread_evenly():
    ratio = np.diff(np.log(rows.PENALTIES))
    assert ratio == pytest.approx(np.full(12, ratio.mean()), rel=0.05)


def plainly(setup, stream, price):
    """One mixture of two experts, trained by a loop over what its router may do: its experts and its output bias."""
    n, m, training = setup.features.n, setup.model.hidden, setup.training
    own = generator(stream[0], 0, stream[1])
    W = [torch.empty(2, m, n).normal_(0.0, (2 / (n + m)) ** 0.5, generator=own), torch.zeros(n)]
    r = [torch.empty(2, n).normal_(0.0, n**-0.5, generator=own), torch.zeros(2)]
    for weight in (*W, *r):
        weight.requires_grad_()
    adam = torch.optim.Adam([*W, *r], lr=training.lr)
    sampler = Sampler(setup.features, training.batch, [own])
    for step in range(training.steps):
        adam.param_groups[0]["lr"] = training.lr * training.decay(step)
        x, cost = sampler.draw()[0], 0.0
        likely = torch.sigmoid(x @ r[0].T + r[1])
        for on in product((False, True), repeat=2):
            chance = torch.stack([likely[:, e] if on[e] else 1 - likely[:, e] for e in range(2)]).prod(0)
            y = torch.relu(sum((x @ W[0][e].T @ W[0][e] for e in range(2) if on[e]), torch.zeros(1)) + W[1])
            asked = min(1, 2 * step / training.steps) * price * m * sum(on)
            cost = cost + (chance * (((x - y) ** 2).sum(-1) + asked)).mean()
        adam.zero_grad()
        cost.backward()
        adam.step()
    return (weight.detach().numpy() for weight in W)


def test_mixtures_train_as_they_would_alone():
    (setup,) = find("F36").plan("quick").changed({"training": {"steps": 30}}).setups.values()
    found = routed.train(setup, 2, np.array([0.05, 0.2]))
    for k, (seed, replica) in enumerate(setup.streams):
        W, b = plainly(setup.chosen([k]), (seed, replica), (0.05, 0.2)[k // 2])
        assert found.W[k // 2, k % 2] == pytest.approx(W, abs=1e-4)
        assert found.b[k // 2, k % 2] == pytest.approx(b, abs=1e-4)


def test_experts_by_hand_cost_their_neurons_and_are_left_out_where_they_do_not_pay():
    found = routed.by_hand(np.array([0.1, 0.1]), np.array([0.05, 1.0]), 20)
    assert found == pytest.approx([20 * 0.1 * 0.05, 20 * theory.left_out(0.1)])


def test_experts_that_share_and_experts_that_do_not(loaded):
    data = loaded("F36")
    split = np.zeros(data.W.shape)
    for i in range(10):
        split[..., 0, i, i] = split[..., 1, i, 10 + i] = 1
    alone = data.assign(W=data.W.copy(data=split), routed=data.routed * 0 + 1)
    assert verdict("F36.less-superposition", F36=alone) is HOLDS
    both = np.broadcast_to(split.sum(2, keepdims=True), split.shape)
    together = alone.assign(W=alone.W.copy(data=both))
    assert verdict("F36.less-superposition", F36=together) is FAILS


def test_mixtures_that_cost_nothing_and_mixtures_that_cost_much(loaded):
    data = loaded("F36")
    on = xr.full_like(data.on, 1e-3)
    free = data.assign(loss=0 * data.loss, on=on)
    assert verdict("F36.learned", F36=free) is verdict("F36.router", F36=free) is HOLDS
    assert verdict("F36.learned", F36=data.assign(on=on + 20)) is FAILS
    assert verdict("F36.router", F36=data.assign(on=on + 20)) is FAILS
