"""Sparse autoencoders, many at once: each as it would be alone, by a loop in plain PyTorch, and refused in one line."""

import math

import numpy as np
import psutil
import pytest
import torch

from tsup import Features, InputError, ReluOutput, sparse_coding
from tsup.config import seed_of
from tsup.errors import TrainingError
from tsup.samplers import KActive
from tsup.sparse_coding import (
    KINDS,
    L1,
    BatchTopK,
    Gated,
    Gaussian,
    Hidden,
    Hierarchy,
    JumpReLU,
    Matryoshka,
    Search,
    TopK,
    Training,
    trainer,
)

ANGLES = 2 * np.pi * np.arange(5) / 5
PENTAGON = np.array([np.cos(ANGLES), np.sin(ANGLES)])
SOURCE = Hidden(Features(5, 0.3), ReluOutput(2), {"W": PENTAGON})
CODERS = (L1(7, 0.1), TopK(7, 2), BatchTopK(7, 1.5), JumpReLU(7, 0.05), Gated(7, 0.1), Matryoshka(7, 1.5))
SHORT = Training(steps=300, batch=64, lr=0.01, resamples=0)

every_kind = pytest.mark.parametrize("coder", CODERS, ids=lambda coder: coder.kind)


def plain(coder, training: Training, rows: torch.Tensor, seed: int) -> dict[str, np.ndarray]:
    """One autoencoder in a loop of plain PyTorch: torch.optim.Adam, and every kind written out.

    rows: all batches, (step, row, hidden).
    """
    own = torch.Generator().manual_seed(seed_of(seed, trainer.STARTS))
    D = torch.randn(coder.latents, rows.shape[-1], generator=own)
    D = (D / D.norm(dim=1, keepdim=True)).requires_grad_()
    E = D.detach().T.clone().requires_grad_()
    b, r, d = (torch.zeros(coder.latents, requires_grad=True) for _ in "brd")
    c = torch.zeros(rows.shape[-1], requires_grad=True)
    t = torch.full((coder.latents,), math.log(0.05), requires_grad=True)
    parameters = [D, E, b, c, *{"JumpReLU": [t], "Gated": [r, d]}.get(coder.kind, [])]
    adam = torch.optim.Adam(parameters, lr=training.lr)
    for step, h in enumerate(rows):
        for group in adam.param_groups:
            group["lr"] = training.rate(step)
        z = (h - c) @ E + b
        f, extra = torch.relu(z), 0.0
        if coder.kind == "L1":
            extra = coder.penalty * f.sum(1)
        elif coder.kind == "TopK":
            f = torch.zeros_like(f).scatter(1, f.topk(coder.k).indices, 1) * f
        elif coder.kind in ("BatchTopK", "Matryoshka"):
            count = round(coder.k * len(h))
            f = f * (f >= f.flatten().sort(descending=True).values[count - 1])
        elif coder.kind == "Gated":
            extra = coder.penalty * f.sum(1) + ((h - f @ D.detach() - c.detach()) ** 2).sum(1)
            f = (z > 0) * torch.relu((h - c) @ E * torch.exp(r) + d)
        else:
            # Straight-through: a rectangle of the bandwidth's width in place of the jump's slope.
            threshold, e = torch.exp(t), coder.bandwidth
            near = ((f - threshold).abs() < e / 2).float().detach()
            on = (f > threshold).float()
            soft = -near / e * (threshold - threshold.detach())
            f = f * on + threshold.detach() * soft
            extra = coder.penalty * (on + soft).sum(1)
        sizes = coder.nested if coder.kind == "Matryoshka" else (coder.latents,)
        errors = [((h - f[:, :size] @ D[:size] - c) ** 2).sum(1) for size in sizes]
        loss = (sum(errors) / len(errors) + extra).mean()
        adam.zero_grad()
        loss.backward()
        with torch.no_grad():
            D.grad -= (D.grad * D).sum(1, keepdim=True) * D
            adam.step()
            D /= D.norm(dim=1, keepdim=True)
    return {"decoder": D.detach().numpy(), "encoder": E.detach().numpy(), "bias": b.detach().numpy()}


def drawn(training: Training, seed: int) -> torch.Tensor:
    own = torch.Generator().manual_seed(seed_of(seed, trainer.BATCHES))
    return torch.stack([SOURCE(training.batch, own) for _ in range(training.steps)])


@every_kind
def test_one_autoencoder_is_what_a_plain_loop_trains(coder):
    (found,) = sparse_coding.train(SOURCE, [coder], SHORT)
    alone = plain(coder, SHORT, drawn(SHORT, 0), 0)
    assert np.abs(found.decoder[0] - alone["decoder"]).max() < 1e-5
    for name in ("encoder", "bias"):
        assert np.abs(found.weights[name][0] - alone[name]).max() < 1e-4


def test_adding_autoencoders_changes_none():
    """Kinds, sizes, penalties, k and seeds beside one another, with latents that start again."""
    training = Training(steps=150, batch=64, lr=0.01, seeds=2, seed=3, resamples=3)
    others = [L1(7, 0.5), L1(12, 0.1), TopK(7, 1), BatchTopK(7, 3), Matryoshka(7, 1.5, (2,)), Gated(7, 1.0)]
    stack = sparse_coding.train(SOURCE, [*others, *CODERS], training)
    for coder, found in zip(CODERS, stack[len(others) :], strict=True):
        (alone,) = sparse_coding.train(SOURCE, [coder], training)
        one = Training(steps=150, batch=64, lr=0.01, seed=4, resamples=3)
        (last,) = sparse_coding.train(SOURCE, [coder], one)
        assert found.coder == coder
        for name, weight in found.weights.items():
            assert weight == pytest.approx(alone.weights[name], abs=2e-5)
            assert weight[1] == pytest.approx(last.weights[name][0], abs=2e-5)
        assert found.loss == pytest.approx(alone.loss, rel=1e-4)


@every_kind
def test_numpy_codes_and_reconstructs_as_the_trainer_does(coder):
    (found,) = sparse_coding.train(SOURCE, [coder], Training(steps=200, batch=64, seeds=2))
    _, h = SOURCE.pairs(4000)
    codes = found.codes(h)
    assert codes.shape == (2, 4000, 7)
    assert (codes >= 0).all()
    assert found.reconstruct(h) == pytest.approx(
        codes @ found.decoder + found.weights["center"][:, None], abs=1e-12
    )
    error = np.square(h - found.reconstruct(h)).sum(-1).mean(-1)
    extra = {
        "L1": lambda: 0.1 * codes.sum(-1).mean(-1),
        "TopK": lambda: 0,
        "BatchTopK": lambda: 0,
        "JumpReLU": lambda: 0.05 * (codes > 0).sum(-1).mean(-1),
    }
    if coder.kind in extra:
        assert error + extra[coder.kind]() == pytest.approx(found.loss, rel=0.1)
    assert np.linalg.norm(found.decoder, axis=-1) == pytest.approx(1)
    assert found.encoder.shape == (2, 2, 7)
    if coder.kind == "TopK":
        assert ((codes > 0).sum(-1) <= 2).all()
    if coder.kind in ("BatchTopK", "Matryoshka"):
        assert (codes > 0).sum(-1).mean() == pytest.approx(1.5, abs=0.3)


def test_the_best_seed_is_that_of_least_loss():
    (found,) = sparse_coding.train(SOURCE, [L1(5, 0.1)], Training(steps=50, batch=32, seeds=4, seed=2))
    best = found.best()
    assert best.loss == [found.loss.min()]
    assert best.seeds == (2 + int(found.loss.argmin()),)
    assert (best.decoder[0] == found.decoder[found.loss.argmin()]).all()
    assert repr(found) == "Trained(L1: 5 latents, 4 seeds)"
    assert repr(best) == "Trained(L1: 5 latents, 1 seed)"


def test_training_makes_the_loss_small_and_snapshots_show_it():
    training = Training(steps=400, batch=128, lr=0.01, seeds=2, snapshots=(0, 100, 400))
    (found,) = sparse_coding.train(SOURCE, [TopK(10, 2)], training)
    (short,) = sparse_coding.train(SOURCE, [TopK(10, 2)], Training(steps=1, batch=128, seeds=2))
    assert found.snapshots.shape == (3, 2, 10, 2)
    assert (found.snapshots[-1] == found.decoder).all()
    assert found.snapshots[0] == pytest.approx(short.decoder, abs=0.01)
    assert (found.loss < 0.3 * short.loss).all()


def test_dead_latents_start_again_towards_a_row_that_is_badly_reconstructed():
    training = Training(steps=8, batch=4, seeds=2, resamples=1)
    for coder in CODERS:
        array = trainer.Array([coder], 2, training, "cpu")
        for name, weight in array.weights.items():
            weight += 0.5
            array.adam.first[name] += 1
        array.weights["center"].zero_()
        array.fired[:] = True
        array.fired[1, [2, 4]] = False
        before = {name: weight.clone() for name, weight in array.weights.items()}
        h = torch.tensor([[3.0, 4.0], [1.0, 0.0]]).expand(2, 2, 2)
        array._again(h, torch.tensor([[1.0, 0.0]]).expand(2, 2))
        after, dead = array.weights, [2, 4]
        lengths = before["encoder"][1][:, array_alive(7, dead)].norm(dim=0).mean()
        assert after["decoder"][1, dead] == pytest.approx(np.array([[0.6, 0.8]] * 2))
        assert after["encoder"][1][:, dead].T == pytest.approx(
            0.2 * lengths.item() * np.array([[0.6, 0.8]] * 2)
        )
        assert (after["bias"][1, dead] == 0).all()
        assert (array.adam.first["bias"][1, dead] == 0).all()
        assert not array.fired.any()
        for name, weight in after.items():
            assert (weight[0] == before[name][0]).all()
        assert (after["decoder"][1, [0, 1, 3]] == before["decoder"][1, [0, 1, 3]]).all()
    assert Training(steps=300, resamples=4).resampled == (37, 75, 112, 150)
    assert Training(steps=300, resamples=0).resampled == ()


def array_alive(latents, dead):
    return [k for k in range(latents) if k not in dead]


def test_a_start_at_known_directions_stays_there():
    training = Training(steps=100, batch=64, lr=0.003)
    one = Hidden(KActive(5, 1), ReluOutput(2), {"W": PENTAGON})
    (known,) = sparse_coding.train(one, [TopK(6, 1)], training, init=3 * PENTAGON.T)
    assert known.decoder[0, :5] == pytest.approx(PENTAGON.T, abs=0.05)
    with pytest.raises(InputError, match=r"^init must be directions \(latent, 2\), none of length 0, got"):
        sparse_coding.train(one, [TopK(6, 1)], training, init=np.zeros((1, 2)))


def test_a_search_is_told_in_a_phrase_and_survives_json():
    search = Search(CODERS, Training(seeds=2))
    assert Search.from_json(search.to_json()) == search
    assert search.about == "12 sparse autoencoders of 7 latents, 2,000 steps on 256 rows, rate 0.003"
    with pytest.raises(InputError, match="^coders must be at least one configuration, got none"):
        Search((), Training())


def test_rows_and_samplers_are_activations_too():
    rows = np.random.default_rng(0).normal(size=(50, 3))
    (found,) = sparse_coding.train(rows, [L1(4, 0.1)], Training(steps=5, batch=8))
    (again,) = sparse_coding.train(rows.tolist(), [L1(4, 0.1)], Training(steps=5, batch=8))
    assert found.decoder.shape == (1, 4, 3)
    assert (found.decoder == again.decoder).all()
    world = Hierarchy(2, 0.5)
    (found,) = sparse_coding.train(world, [L1(4, 0.1)], Training(steps=5, batch=8))
    assert found.decoder.shape == (1, 4, 4)


def test_hidden_activations_are_those_of_the_model():
    x, h = SOURCE.pairs(100, seed=1)
    assert h == pytest.approx(x @ PENTAGON.T, abs=1e-6)
    assert (x > 0).mean() == pytest.approx(0.3, abs=0.1)
    world = Hidden(Hierarchy(2, 0.5), ReluOutput(3), {"W": np.eye(3, 4)})
    x, h = world.pairs(10)
    assert h == pytest.approx(x[:, :3])
    assert repr(world) == "Hidden(relu-output, hidden = 3)"


def test_children_are_on_only_with_their_parents_unless_they_are_free():
    own = torch.Generator().manual_seed(0)
    x = Hierarchy(3, 0.4, 0.5)(20_000, own)
    parents, children = x[:, :3] > 0, x[:, 3:] > 0
    assert not (children & ~parents).any()
    assert parents.float().mean().item() == pytest.approx(0.4, abs=0.01)
    assert children.float().mean().item() == pytest.approx(0.2, abs=0.01)
    assert x[x > 0].min() >= 0.5
    free = Hierarchy(3, 0.4, 0.5, nested=False)(20_000, own)
    assert (free[:, 3:] > 0).float().mean().item() == pytest.approx(0.2, abs=0.01)
    both = ((free[:, :3] > 0) & (free[:, 3:] > 0)).float().mean().item()
    assert both == pytest.approx(0.08, abs=0.01)


def test_a_gaussian_has_mean_and_covariance_of_what_it_stands_for():
    rows = np.random.default_rng(0).uniform(size=(5000, 3)) @ np.array([[1, 2, 0], [0, 1, 0], [1, 0, 0.1]])
    drawn = Gaussian(rows)(50_000, torch.Generator().manual_seed(0)).numpy()
    assert drawn.mean(0) == pytest.approx(rows.mean(0), abs=0.02)
    assert np.cov(drawn.T) == pytest.approx(np.cov(rows.T), abs=0.03)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: L1(5, -0.1), "penalty must be finite and ≥ 0, got -0.1"),
        (lambda: Gated(5, float("nan")), "penalty must be finite and ≥ 0, got nan"),
        (lambda: TopK(5, 6), "k must be at most latents = 5, got 6"),
        (lambda: BatchTopK(5, 5.5), "k must be at most latents = 5, got 5.5"),
        (lambda: BatchTopK(5, 0), "k must be finite and > 0, got 0"),
        (lambda: Matryoshka(5, 1, (3, 5)), "prefixes must rise and stay below latents = 5, got (3, 5)"),
        (lambda: JumpReLU(5, 0.1, bandwidth=0), "bandwidth must be finite and > 0, got 0"),
        (lambda: L1(0, 0.1), "latents must be a whole number ≥ 1, got 0"),
        (lambda: Training(steps=5, snapshots=(6,)), "snapshots must be steps from 0 to 5, got 6"),
        (lambda: Hierarchy(2, 0.5, low=2), "low must be at most high = 1, got 2"),
        (lambda: sparse_coding.train(SOURCE, []), "coders must be at least one configuration, got none"),
        (
            lambda: sparse_coding.train(np.empty((0, 3)), CODERS),
            "activations must be finite numbers (row, hidden), at least one row, or a sampler, got shape (0, 3)",
        ),
        (
            lambda: sparse_coding.train([[1.0, float("nan")]], CODERS),
            "activations must be finite numbers (row, hidden), at least one row, or a sampler, got nan in shape (1, 2)",
        ),
        (
            lambda: sparse_coding.train(lambda rows, own: torch.full((rows, 2), torch.nan), CODERS),
            "activations must be finite real numbers, got some that are not",
        ),
        (
            lambda: sparse_coding.train(lambda rows, own: 1 / 0, CODERS),
            "activations must be a function that does not fail, got ZeroDivisionError: division by zero",
        ),
        (
            lambda: sparse_coding.train(lambda rows, own: torch.ones(3, 2), CODERS),
            "activations must draw tensors (2, hidden), got shape (3, 2)",
        ),
        (
            lambda: sparse_coding.train(SOURCE, CODERS, device="tpu"),
            "device must be 'auto', 'cpu' or 'cuda', got 'tpu'",
        ),
        (lambda: sparse_coding.train(SOURCE, [TopK]), "coders must be a Coder, got <class"),
        (
            lambda: Hidden(Features(2, [[0.1], [0.2]]), ReluOutput(2), {"W": np.eye(2)}),
            "inputs must be a world with one setting, got 2",
        ),
        (lambda: Hidden(3, ReluOutput(2), {"W": np.eye(2)}), "inputs must be Features or a sampler, got 3"),
        (
            lambda: Hidden(Features(2, 0.1), ReluOutput(2), {"W": np.full((2, 2), np.nan)}),
            "weights must be finite, got some that are not",
        ),
        (
            lambda: Gaussian([[1.0, 2.0]]),
            "activations must be finite rows (row, hidden), at least 2, got [[1.0, 2.0]]",
        ),
    ],
)
def test_what_cannot_be_met_is_one_line(call, says):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_more_than_the_memory_holds_is_refused_before_anything_is_allocated(monkeypatch):
    with pytest.raises(
        InputError, match=r"^coders × seeds = 2 autoencoders of up to 1,000,000,000 latents need"
    ):
        sparse_coding.train(SOURCE, [L1(10**9, 0.1), TopK(5, 1)])
    memory = psutil.virtual_memory()._replace(available=10**5)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    with pytest.raises(InputError, match="lower latents, seeds, batch or snapshots$"):
        sparse_coding.train(SOURCE, [L1(5, 0.1)])


def test_codes_of_other_shapes_are_refused():
    (found,) = sparse_coding.train(SOURCE, [L1(5, 0.1)], Training(steps=2, batch=4, seeds=2))
    for wrong in (np.ones((4, 3)), np.ones(2), np.ones((3, 4, 2))):
        with pytest.raises(InputError, match=r"^h must have shape \(row, 2\) or \(2, row, 2\), got"):
            found.codes(wrong)
    with pytest.raises(InputError, match="^h must be finite"):
        found.reconstruct([[np.nan, 1]])


def test_a_training_that_diverges_says_so():
    huge = np.full((4, 2), 1e30)
    with pytest.raises(TrainingError, match="was not finite at its end; lr = 1 may be too large$"):
        sparse_coding.train(huge, [L1(3, 0.1)], Training(steps=20, batch=4, lr=1.0))


def test_configurations_survive_json_and_have_a_digest():
    for coder in CODERS:
        again = type(coder).from_json(coder.to_json())
        assert again == coder
        assert again.digest == coder.digest
    assert len({coder.digest for coder in CODERS}) == len(KINDS) == 6
    assert Matryoshka(50, 2).nested == (13, 25, 50)
    assert Matryoshka(1, 1).nested == (1,)


def test_the_rate_stays_for_half_of_the_steps_and_falls_to_zero():
    training = Training(steps=100, lr=0.1)
    assert [training.rate(k) for k in (0, 50, 75)] == pytest.approx([0.1, 0.1, 0.05])
