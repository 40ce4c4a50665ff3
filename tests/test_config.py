"""Configurations: what is refused and how, equality, digest, JSON."""

import hashlib
import json
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tsup import Attack, Features, InputError, Linear, Normal, ReluHidden, ReluOutput, Training, TwoLayer
from tsup.config import Setup, describe, spawn_seeds

BAD_FEATURES = {
    "density must be in (0, 1], got 0": {"density": 0},
    "density must be in (0, 1], got 1.3": {"density": 1.3},
    "density must be in (0, 1], got nan": {"density": math.nan},
    "density must be in (0, 1], got -0.1": {"density": [0.5, -0.1]},
    "density must have shape (), (5,), (1, 5), (model, 1) or (model, 5), got (2, 3)": {
        "density": np.full((2, 3), 0.5)
    },
    "density must have shape (), (5,), (1, 5), (model, 1) or (model, 5), got (2,): give density a second axis, "
    "density=ps[:, None], for a density a model": {"density": [0.1, 0.2]},
    "density must be a number or a filled 1-D or 2-D array, got shape (1, 1, 1)": {"density": [[[0.5]]]},
    "density must be a number or a filled 1-D or 2-D array, got shape (0,)": {"density": []},
    "density must be a number or an array of numbers, got 'thin'": {"density": "thin"},
    "importance must be finite and ≥ 0, got -1": {"importance": -1},
    "importance must be finite and ≥ 0, got inf": {"importance": math.inf},
    "importance must have shape (), (5,), (1, 5), (model, 1) or (model, 5), got (2,)": {"importance": [1, 2]},
    "importance must have as many models as density, 2, got 3": {
        "density": [[0.1], [0.2]],
        "importance": np.ones((3, 5)),
    },
    "n must be a whole number ≥ 1, got 0": {"n": 0},
    "n must be a whole number ≥ 1, got 2.5": {"n": 2.5},
    "n must be a whole number ≥ 1, got True": {"n": True},
    "low must be below high, got low 1 and high 1": {"low": 1},
    "high must be a finite number, got nan": {"high": math.nan},
    "a feature may be in one set only, got feature 1 twice": {
        "correlated": [[0, 1]],
        "anticorrelated": [[1, 2]],
    },
    "a set's features must be in 0 … 4, got 5": {"correlated": [[0, 5]]},
    "a correlated or anticorrelated set must have ≥ 2 features, got (3,)": {"correlated": [[3]]},
    "density must be equal within a set, got unequal values for (0, 1)": {
        "density": [[0.1, 0.2, 0.3, 0.4, 0.5]],
        "correlated": [[0, 1]],
    },
    "colour is not a key of Features, got 'red'": {"colour": "red"},
    "sparsity is not a key of Features: density = 1 − sparsity, so density=0.1": {"sparsity": 0.9},
    "sparsity is not a key of Features: density = 1 − sparsity": {"sparsity": [0.9, 0.5]},
    "magnitude must be None or one of Uniform, Constant, Exponential, Normal, Pareto, got 'normal'": {
        "magnitude": "normal"
    },
    "magnitude must be None where low or high is given, got Normal(mean=0.0, std=1.0, kind='normal'); give "
    "magnitude=Uniform(low, high)": {"magnitude": Normal(), "low": -1},
    "shape must be finite and > 2, got 1.5": {"magnitude": {"kind": "pareto", "shape": 1.5}},
}


@pytest.mark.parametrize("message", BAD_FEATURES)
def test_features_refuse_bad_input_in_one_line(message):
    with pytest.raises(InputError) as caught:
        Features(**({"n": 5, "density": 0.1} | BAD_FEATURES[message]))
    assert str(caught.value) == message


BAD_TRAINING = {
    "steps must be a whole number ≥ 1, got 0": {"steps": 0},
    "lr must be finite and > 0, got 0": {"lr": 0},
    "lr must be a number or an array of numbers, got 'fast'": {"lr": "fast"},
    "lr must be finite and > 0, got nan": {"lr": [0.1, math.nan]},
    "lr must be a number or one per setting, got shape (1, 2)": {"lr": [[0.1, 0.2]]},
    "scale must be finite and > 0, got 0": {"scale": 0},
    "readout: input should be 'positive', got 'signed'": {"readout": "signed"},
    "l1 must be finite and > 0, or None, got -1": {"l1": -1},
    "l1 must be finite and > 0, or None, got 0": {"l1": [0.1, 0]},
    "l1 must be a number or one per setting, got shape (1, 2)": {"l1": [[0.1, 0.2]]},
    "share must be finite and > 0, got nan": {"attack": {"share": math.nan}},
    "schedule: input should be 'constant', 'linear' or 'cosine', got 'step'": {"schedule": "step"},
    "weight_decay must be a finite number, got inf": {"weight_decay": math.inf},
    "optimizer must be adam or sgd, got 'adagrad'": {"optimizer": "adagrad"},
    "momentum must be in [0, 1), or None, got 1": {"optimizer": "sgd", "momentum": 1},
    "momentum must be None but for the optimizer sgd, got 0.9": {"momentum": 0.9},
    "warmup must be a whole number ≥ 1, got 0": {"warmup": 0},
    "warmup must be at most steps = 10, got 11": {"steps": 10, "warmup": 11},
    "loss must be mse or mae or l4, got 'l3'": {"loss": "l3"},
    "replica must be a whole number ≥ 0, or one per setting, got -1": {"replica": -1},
    "seed must be a whole number ≥ 0, or one per setting, got -1": {"seed": -1},
    "seed must be a whole number ≥ 0, or one per setting, got tensor(3., requires_grad=True)": {
        "seed": torch.tensor(3.0, requires_grad=True)
    },
    "snapshots must be steps from 0 to 100, got 200": {"steps": 100, "snapshots": [200]},
}


@pytest.mark.parametrize("message", BAD_TRAINING)
def test_training_refuses_bad_input_in_one_line(message):
    with pytest.raises(InputError) as caught:
        Training(**BAD_TRAINING[message])
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: Features(n=5, sparsity=0.9),
            "sparsity is not a key of Features: density = 1 − sparsity, so density=0.1",
        ),
        (lambda: Features(colour=1), "colour is not a key of Features, got 1"),
        (lambda: ReluOutput(width=3), "width is not a key of ReluOutput, got 3"),
        (lambda: Training(rate=0.1, steps=0), "rate is not a key of Training, got 0.1"),
        (
            lambda: Setup.from_dict(
                {"features": {"sparsity": 0.9}, "model": {"kind": "linear"}, "training": {}}
            ),
            "sparsity is not a key of features: density = 1 − sparsity, so density=0.1",
        ),
    ],
)
def test_an_unknown_key_is_named_before_what_is_missing(call, message):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value) == message


def test_a_tensor_with_a_gradient_is_an_array():
    density = torch.tensor([0.1, 0.2, 0.4], dtype=torch.float64, requires_grad=True)
    assert Features(3, density) == Features(3, [0.1, 0.2, 0.4])


def test_the_three_must_agree():
    features = Features(5, [[0.1], [0.2]])
    with pytest.raises(InputError, match="^hidden must be a whole number ≥ 1, got 0$"):
        Linear(0)
    with pytest.raises(InputError, match="^attack must be None but for models f.WᵀWx . b., got Attack"):
        Setup(features, ReluHidden(2), Training(attack={"share": 0.1}))
    with pytest.raises(
        InputError, match="^readout must be None but for models with two matrices, got 'posit"
    ):
        Setup(features, ReluHidden(2), Training(readout="positive"))
    with pytest.raises(InputError, match="^bias must be None for a model without a bias, got 'mean'$"):
        Setup(features, TwoLayer(2, bias=False), Training(bias="mean"))
    with pytest.raises(InputError, match="^seed must be one number or one per setting, 2, got 3$"):
        Setup(features, ReluOutput(2), Training(seed=[1, 2, 3]))


def test_configurations_are_frozen():
    with pytest.raises((AttributeError, TypeError, ValueError)):
        Features(5, 0.1).n = 6


@pytest.mark.parametrize("density", [0.25, [0.2, 0.3, 0.4, 0.5], [[0.5], [0.25]], np.full((3, 4), 0.25)])
def test_arrays_become_values(density):
    features = Features(4, density, importance=np.array([1, 0.5, 0.25, 0.125]))
    assert features == Features(4, np.asarray(density), importance=[1, 0.5, 0.25, 0.125])
    assert hash(features) == hash(Features.from_json(features.to_json()))
    assert features.densities().shape == (features.settings, 4)
    assert (features.densities() == np.broadcast_to(density, (features.settings, 4))).all()


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 3), (1, 1), (4, 1), (4, 3)])
@pytest.mark.parametrize("other", [(), (1,), (3,), (1, 3), (1, 1), (4, 1), (4, 3)])
def test_density_and_importance_broadcast_alike(shape, other):
    density, importance = (np.linspace(0.1, 0.9, math.prod(s)).reshape(s) for s in (shape, other))
    world = Features(3, density, importance)
    whole = np.broadcast_shapes((1, 3), shape, other)
    assert world.settings == whole[0]
    assert (world.densities() == np.broadcast_to(density, whole)).all()
    assert (world.importances() == np.broadcast_to(importance, whole)).all()


def test_as_many_densities_as_features_are_a_density_a_feature():
    world = Features(n=5, density=[0.1, 0.2, 0.3, 0.4, 0.5], importance=[1, 2, 3, 4, 5])
    assert world.settings == 1
    assert world.densities().tolist() == [[0.1, 0.2, 0.3, 0.4, 0.5]]


densities = st.floats(1e-6, 1.0)
worlds = st.builds(
    lambda n, density, high, pair: Features(
        n, density, importance=[0.9**i for i in range(n)], high=high, correlated=[[0, 1]] if pair else None
    ),
    st.integers(2, 6),
    densities | st.lists(densities.map(lambda p: [p]), min_size=1, max_size=4),
    st.floats(0.1, 10),
    st.booleans(),
)
setups = st.builds(
    lambda features, linear, steps, seed: Setup(
        features, (Linear if linear else ReluOutput)(2), Training(steps=steps, seed=seed)
    ),
    worlds,
    st.booleans(),
    st.integers(1, 10**6),
    st.integers(0, 2**40),
)


@given(setups)
def test_json_round_trip(setup):
    again = Setup.from_json(setup.to_json())
    assert again == setup
    assert again.digest == setup.digest


@given(setups, setups)
def test_digests_differ_when_configurations_do(one, other):
    assert (one.digest == other.digest) == (one == other)


def test_digest_is_the_same_on_every_machine():
    exact = Features(3, 0.1, importance=[1.0, 0.9, 0.81])
    last_bits = Features(3, 0.1, importance=[1.0, 0.9, math.nextafter(0.81, 1)])
    assert exact.digest == last_bits.digest
    assert exact.digest != Features(3, 0.1, importance=[1.0, 0.9, 0.8100001]).digest
    assert Linear(2).digest != ReluOutput(2).digest


def test_options_that_are_absent_leave_the_digest_alone_and_others_do_not():
    values = {key: value for key, value in Training().to_dict().items() if value is not None}
    assert "l1" not in values
    text = json.dumps(values, sort_keys=True)
    assert Training().digest == hashlib.sha256(f"Training{text}".encode()).hexdigest()[:16]
    attacks = [None, {"share": 0.1}, {"share": 0.1, "norm": "own"}, {"share": 0.2}]
    assert len({Training(attack=attack, l1=l1).digest for attack in attacks for l1 in (None, 0.1)}) == 8
    assert Training.from_json(Training(attack={"share": 0.1}).to_json()).attack == Attack(0.1)


def test_json_with_an_unknown_key_or_no_json():
    values = json.loads(Setup(Features(3, 0.1), Linear(1), Training()).to_json())
    values["training"]["patience"] = 9
    with pytest.raises(InputError, match="^patience is not a key of training, got 9$"):
        Setup.from_dict(values)
    with pytest.raises(InputError, match="^Features must be JSON"):
        Features.from_json("{")
    with pytest.raises(InputError, match="^density is missing in Features$"):
        Features.from_json('{"n": 3}')


@pytest.mark.parametrize(("schedule", "half"), [("constant", 1.0), ("linear", 0.5), ("cosine", 0.5)])
def test_schedules(schedule, half):
    training = Training(steps=100, lr=0.01, schedule=schedule)
    assert training.decay(0) == pytest.approx(1)
    assert training.decay(50) == pytest.approx(half)
    rates = [training.decay(step) for step in range(100)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] > 0


@pytest.mark.parametrize(
    ("importance", "words"),
    [
        ([10, 7, 4.9], "importance 10 · 0.7ⁱ,"),
        ([1, 0.7, 0.49], "importance 0.7ⁱ,"),
        ([1e-9, 1e-12, 1e-14], "importance from 10⁻¹⁴ to 10⁻⁹,"),
        (3, "importance 3,"),
    ],
)
def test_captions_keep_the_scale_of_importance(importance, words):
    assert words in describe(Features(3, 0.1, importance), Linear(2), Training())


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ({"density": 0.1}, "density 0.1,"),
        ({"density": 0.1, "correlated": [[0, 1], [2, 3]]}, "density 0.1 (of a set),"),
        ({"density": 0.1, "correlated": [[0, 1], [2, 3]]}, "correlated sets {0, 1} and {2, 3},"),
        ({"density": 0.1, "anticorrelated": [[0, 1, 2, 3]]}, "anticorrelated sets {0 … 3},"),
        ({"density": 0.1, "low": -1}, "magnitudes from −1 to 1,"),
        (
            {"density": [[0.1], [0.2]], "anticorrelated": [[1, 2]]},
            "2 densities from 0.2 to 0.1 (in a set, the set's),",
        ),
    ],
)
def test_captions_tell_sets_and_magnitudes_in_words(world, words):
    assert words in describe(Features(4, **world), Linear(2), Training())


def test_seeds_do_not_depend_on_how_many_there_are():
    assert spawn_seeds(7, 3) == spawn_seeds(7, 5)[:3]
    assert len(set(spawn_seeds(7, 100))) == 100
    assert spawn_seeds((4, 5), 2) == (4, 5)


def test_description_takes_its_numbers_from_the_configuration():
    features = Features(5, [[1], [0.1]], importance=[0.9**i for i in range(5)])
    text = describe(
        features, ReluOutput(2), Training(steps=1234, batch=77, lr=0.02, replicas=8, weight_decay=0.1)
    )
    for words in (
        "ReLU-output model, n = 5, m = 2",
        "importance 0.9ⁱ",
        "2 densities from 1 to 0.1",
        "1,234 steps of AdamW with weight decay 0.1 on 77 rows",
        "learning rate 0.02 (cosine)",
        "8 starts each",
    ):
        assert words in text
