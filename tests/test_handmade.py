"""Models made by hand lose what their equations say, and a stack that loses to them is found out."""

import numpy as np
import pytest

from tsup import (
    AbsValue,
    Features,
    InputError,
    Linear,
    ReluHidden,
    ReluOutput,
    Training,
    audit,
    data,
    exact,
    handmade,
)
from tsup.config import Activated, Setup
from tsup.exact import theory
from tsup.geometry import factors
from tsup.paper.rows import find
from tsup.training import train


def setup(features, model, **training):
    return Setup(features=features, model=model, training=Training(**{"steps": 1, **training}))


def test_what_is_left_out_costs_its_variance():
    features = Features(6, [[1.0], [0.3]], importance=0.8 ** np.arange(6))
    for model in (Linear(2), ReluHidden(2), AbsValue(4)):
        found = handmade.least(setup(features, model))
        left = handmade.costs(features, model)[:, 2:].sum(-1)
        np.testing.assert_allclose(found.loss, left, rtol=0.02)
    np.testing.assert_allclose(handmade.costs(features, Linear(2))[0], 0.8 ** np.arange(6) / 12)


def test_sparse_features_do_better_in_pairs():
    features = Features(4, [[1.0], [0.05]])
    found = handmade.least(setup(features, ReluOutput(2)))
    assert found.name == ("2 alone, 0 in pairs", "0 alone, 4 in pairs")
    assert found.loss[1] == pytest.approx(4 * 0.05**2 / 6, rel=0.1)


def test_an_activation_that_cannot_answer_with_its_input_has_none():
    assert handmade.least(setup(Features(2, 0.5), Activated(1))) is None


def test_means_of_the_target():
    features = Features(4, 0.4, anticorrelated=[(0, 1)], low=-1, high=1)
    np.testing.assert_allclose(features.means(), 0)
    np.testing.assert_allclose(features.means(absolute=True), [[0.1, 0.1, 0.2, 0.2]])
    np.testing.assert_allclose(Features(2, [[1.0], [0.2]]).means(), [[0.5, 0.5], [0.1, 0.1]])


@pytest.mark.parametrize("model", [ReluOutput(2), ReluHidden(2), AbsValue(4)])
def test_biases_that_start_at_the_mean_target(model):
    features = Features(5, [[0.8], [0.1]], low=-0.5)
    training = Training(steps=1, lr=1e-9, bias="mean", replicas=3)
    run = train(features, model, training, progress=False)
    wanted = features.means(absolute=isinstance(model, AbsValue)).repeat(3, axis=0)
    np.testing.assert_allclose(run.b, wanted, atol=1e-6)


def dense(bias):
    training = Training(steps=400, batch=128, lr=0.02, bias=bias)
    return train(Features(100, 1.0), ReluOutput(5), training, progress=False)


def test_dead_outputs_are_counted_and_cost():
    ordinary, mean = dense(None), dense("mean")
    assert audit.dead(ordinary) > 0 == audit.dead(mean)
    assert audit.training(mean)[0]["ratio"] < 1.05 < audit.training(ordinary)[0]["ratio"]
    killed = train(Features(3, 0.5), ReluOutput(1), Training(steps=1), progress=False)
    killed.weights["b"][:] = -9
    assert audit.dead(killed) == 3


def test_a_result_carries_its_audit():
    data = find("F06").run("quick")
    (found,) = audit.of(data)["relu"]
    assert found["density"] == [1.0, 1.0]
    assert found["ratio"] <= audit.ALLOWED
    assert audit.losers(data, {}) == []
    data.attrs["audit"] = data.attrs["audit"].replace(f'"ratio": {found["ratio"]}', '"ratio": 1.02')
    assert audit.losers(data, {}) == ["relu at density 1: 1.02 of 5 alone, 0 in pairs"]
    assert audit.losers(data, {"relu": "an example"}) == []
    assert audit.losers(data, {"relu at density 1": "an example"}) == []
    assert audit.losers(data, {"relu at density 0.5": "an example"}) != []
    del data.attrs["audit"]
    with pytest.raises(InputError, match="^F06 has no audit in its header; make it again with"):
        audit.of(data)


def test_a_few_features_are_priced_by_the_expected_loss():
    world = setup(Features(2, [[0.4], [0.01]], importance=[1, 0.5]), ReluOutput(1), replicas=2)
    assert handmade.is_exact(world)
    pair = {"W": np.tile([[1.0, -1.0]], (4, 1, 1)), "b": np.zeros((4, 2))}
    expected = 1.5 * np.array([0.4, 0.4, 0.01, 0.01]) ** 2 / 6
    np.testing.assert_allclose(handmade.priced(world, pair), expected)
    assert not handmade.is_exact(setup(Features(4, 0.1), ReluOutput(2)))
    assert not handmade.is_exact(setup(Features(2, 0.1, low=-1), ReluOutput(1)))
    assert not handmade.is_exact(setup(Features(2, 0.1), Linear(1)))


def test_the_covariance_is_that_of_the_data():
    features = Features(5, 0.3, correlated=[(0, 1)], anticorrelated=[(2, 3)], low=0.2)
    x = data.sample(features, 200_000)[0]
    np.testing.assert_allclose(handmade.covariance(features)[0], np.cov(x.T), atol=2e-3)


def test_pairs_of_correlated_sets_join_two_sets():
    features = Features(4, 0.05, correlated=[(0, 1), (2, 3)])
    W = handmade.candidates(setup(features, ReluOutput(2)))["0 alone, 4 in pairs"]["W"][0]
    assert (W.T @ W == [[1, 0, -1, 0], [0, 1, 0, -1], [-1, 0, 1, 0], [0, -1, 0, 1]]).all()


def test_dense_correlated_pairs_are_best_as_their_principal_components():
    features = Features(6, 0.9, correlated=[(0, 1), (2, 3), (4, 5)])
    assert handmade.least(setup(features, ReluOutput(2))).name == ("principal components",)


def polygon_world(corners, hidden=2):
    return setup(Features(corners, 0.02), ReluOutput(hidden))


@pytest.mark.parametrize(("corners", "name"), [(3, "triangle"), (5, "pentagon"), (6, "hexagon")])
def test_a_regular_polygon_loses_what_its_equations_say(corners, name):
    """One active feature costs the optimum of the 1-sparse term (F11); two or more what the exact loss says."""
    made = handmade.candidates(polygon_world(corners))[f"0 alone, 0 in pairs, 1 {name}"]
    W, b = made["W"][0], made["b"][0]
    best = theory.polygon(corners)
    np.testing.assert_allclose(np.linalg.norm(W, axis=0), best.norm)
    np.testing.assert_allclose(W.sum(1), 0, atol=1e-12)
    assert theory.by_activity(W, b)[1] == pytest.approx(corners * best.loss, abs=1e-9)
    (priced,) = handmade.priced(
        polygon_world(corners), {key: w.astype(np.float32) for key, w in made.items()}
    )
    assert priced == pytest.approx(float(exact.loss(W, b, 0.02)), rel=0.05)


def test_an_octahedron_is_three_pairs():
    W = handmade.candidates(polygon_world(6, hidden=3))["0 alone, 6 in pairs"]["W"][0]
    (shape,) = {one.name for one in factors.recognise(W)}
    assert shape == "digon"
    gram = W.T @ W
    assert sorted(gram[0]) == [-1, 0, 0, 0, 0, 1]
    loss = 6 * 0.02**2 / 6
    assert exact.loss(W, np.zeros(6), 0.02) == pytest.approx(loss)
    assert handmade.least(polygon_world(6, hidden=3)).loss == pytest.approx(loss, rel=0.1)


def test_polygons_stand_beside_single_features_and_pairs():
    found = handmade.candidates(setup(Features(20, 0.02), ReluOutput(5)))
    W, b = (found["0 alone, 6 in pairs, 1 hexagon"][key][0] for key in ("W", "b"))
    served = np.linalg.norm(W, axis=0) > 0
    assert served.sum() == 12
    parts = factors.tally(factors.recognise(W[:, served]))
    assert parts == {"digon": 3, "hexagon": 1}
    assert (b[~served] == 0.01).all()
    assert "3 alone, 0 in pairs, 1 hexagon" in found
    assert "0 alone, 2 in pairs, 2 pentagons" in found
    assert not [name for name in handmade.candidates(setup(Features(20, 0.02), Linear(5))) if "gon" in name]


def test_sparse_equal_features_do_better_in_a_hexagon():
    assert handmade.least(polygon_world(6)).name == ("0 alone, 0 in pairs, 1 hexagon",)
    assert handmade.least(setup(Features(6, 0.5), ReluOutput(2))).name != ("0 alone, 0 in pairs, 1 hexagon",)
