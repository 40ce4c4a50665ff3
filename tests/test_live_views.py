"""What the page draws of trained weights: the columns of the Python layouts, for every view."""

import numpy as np
import pytest
from live_engine import answers, bundled, request

import tsup
from tsup import attack, circuits, measure, plots
from tsup.config import Setup
from tsup.plots.phase_diagram import Phases
from tsup.plots.polyhedra import polytopes
from tsup.widgets import frames, loss_curve

BEST, MODELS = 1, 3
DRAWS = np.random.default_rng(5)
LOSSES = [(0, [None] * MODELS), (1, [0.4, 0.3, 0.2]), (5, [0.2, 0.1, 0.3])]


def _setup(n, model, densities=(0.9, 0.1, 0.05), decay=0.9, **features):
    return Setup(
        features=tsup.Features(n, np.array(densities)[:, None], decay ** np.arange(n), **features),
        model=model,
        training=tsup.Training(steps=100),
    )


def _normal(*shape, scale=0.7):
    return DRAWS.normal(0, scale, shape).astype(np.float32)


class Case:
    """One view: its constants, what it is drawn from, and the layout that Python makes of the same."""

    def __init__(self, view, setup, layout, settings=None, losses=None, **weights):
        self.view, self.setup, self.layout, self.weights = view, setup, layout, weights
        self.settings = settings or {}
        self.losses = losses or [(step, loss[: setup.models]) for step, loss in LOSSES]

    def asked(self):
        return {
            "view": {"of": 0} | self.view,
            "request": request(self.setup),
            "weights": self.weights,
            "best": BEST,
            "settings": self.settings,
            "losses": self.losses,
        }


def _directions(n, name, draw):
    W = _normal(MODELS, 2, n)
    setup = _setup(n, tsup.ReluOutput(2))
    return Case({"kind": "directions", "name": name}, setup, draw(W[BEST], 0.9 ** np.arange(n)), W=W)


def _two(W, importance):
    return plots.directions(W, importance).layout


def _kept(W, importance):
    return plots.kept(W, 0.1, importance).layout


def _model(name, draw, n=6, hidden=3):
    W, b = _normal(MODELS, hidden, n), _normal(MODELS, n)
    setup = _setup(n, tsup.ReluOutput(hidden))
    return Case({"kind": "model", "name": name}, setup, draw(W[BEST], b[BEST]).layout, W=W, b=b)


def _loss():
    setup = _setup(4, tsup.ReluOutput(2))
    empty = float(setup.features.importances()[0].sum()) * (0.1 / 3 - 0.1**2 / 4)
    shares = np.array([0.3, 0.1]) / empty
    return Case(
        {"kind": "loss", "total": 100},
        setup,
        loss_curve.draw([1, 5], shares, 100).layout,
        W=_normal(MODELS, 2, 4),
    )


def _phases(starts):
    W = _normal(12 * starts, 1, 2)
    p, r = np.geomspace(0.01, 1, 4), np.geomspace(0.1, 10, 3)
    density, importance = np.tile(p, 3)[:, None], np.stack([np.ones(12), np.repeat(r, 4)], 1)
    setup = Setup(
        features=tsup.Features(2, density.repeat(starts, 0), importance.repeat(starts, 0)),
        model=tsup.ReluOutput(1),
        training=tsup.Training(steps=100),
    )
    loss = DRAWS.uniform(0.1, 1, 12 * starts)
    best = loss.reshape(12, starts).argmin(1)
    grid = W.reshape(12, starts, 1, 2)[np.arange(12), best].reshape(3, 4, 1, 2)
    norm, shared = measure.norms(grid)[..., 1], measure.interference(grid)[..., 1]
    layout = plots.phases({"trained": Phases(p, r, norm, shared, grid)}).layout
    constants = {"kind": "phases", "shape": [3, 4]} | ({"starts": starts} if starts > 1 else {})
    return Case(constants, setup, layout, losses=[(3, loss.tolist())], W=W)


def _stacks():
    W = _normal(MODELS, 4, 6)
    setup = _setup(6, tsup.ReluHidden(4))
    layout = plots.stacks(W[BEST], reach=(-4, 4)).layout
    return Case({"kind": "stacks", "reach": [-4, 4]}, setup, layout, W=W)


def _stacks_apart():
    W1, W2 = _normal(MODELS, 5, 4), _normal(MODELS, 4, 5)
    W1[BEST, 2] = 0
    setup = _setup(4, tsup.AbsValue(5), low=-1)
    inward, outward = circuits.rescaled(W1[BEST], W2[BEST])
    shared = circuits.superposition(np.abs(inward), outward)
    layout = plots.stacks(np.abs(inward), values=shared, meaning="", reach=(0, 4)).layout
    return Case({"kind": "stacks", "reach": [0, 4]}, setup, layout, W1=W1, W2=W2, b=_normal(MODELS, 4))


def _polyhedron():
    W = _normal(MODELS, 3, 7)
    layout = polytopes({"one": W[BEST], "other": np.eye(3, 4) - 0.3}).layout
    setup = _setup(7, tsup.ReluOutput(3))
    return Case({"kind": "polyhedron"}, setup, layout, {"turn": 30, "tilt": 20}, W=W)


CASES = {
    "directions": _directions(5, "directions", _two),
    "directions of many": _directions(11, "directions", _two),
    "kept": _directions(5, "kept", _kept),
    "model": _model("model-gram", plots.model),
    "model of many": _model("model-gram", plots.model, 30, 4),
    "gram": _model("gram", plots.gram),
    "loss": _loss(),
    "phases": _phases(1),
    "phases of several starts": _phases(3),
    "stacks": _stacks(),
    "stacks, apart": _stacks_apart(),
    "polyhedron": _polyhedron(),
}


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    return bundled(tmp_path_factory.mktemp("live"), "draw")


@pytest.fixture(scope="module")
def found(script):
    return dict(zip(CASES, answers(script, [case.asked() for case in CASES.values()]), strict=True))


def _plain(column):
    """A column as numbers or texts end to end, and whether it is an image."""
    if isinstance(column, dict):
        return np.array(column["values"]).reshape(column["shape"])
    if len(column) and np.ndim(column[0]) == 2:
        return np.array(column[0])
    if len(column) and isinstance(column[0], str):
        return list(column)
    if len(column) and np.ndim(column[0]) == 1:
        return np.array(sorted(sorted(np.round(one, 4).tolist()) for one in column))
    return np.array(column, float)


@pytest.mark.parametrize("kind", CASES)
def test_the_page_draws_what_python_does(kind, found):
    sources = frames.sources(CASES[kind].layout)
    drawn = {name: columns for name, columns in found[kind].items() if name in sources}
    assert drawn
    for name, columns in drawn.items():
        data = sources[name].data
        assert set(data) - set(columns) <= {f"cost{k}" for k in range(9)} | {"x", "y", "dw", "dh"}, name
        for column in columns.keys() & data.keys():
            mine, expected = _plain(columns[column]), _plain(data[column])
            if isinstance(expected, list):
                assert mine == expected, (name, column)
            else:
                assert np.shape(mine) == np.shape(expected), (name, column)
                np.testing.assert_allclose(mine, expected, rtol=1e-5, atol=1e-5, err_msg=f"{name} {column}")


def test_every_source_that_can_change_is_drawn(found):
    still = {"cross", "circle", "key", "borders", "plateaus"}
    for kind, case in CASES.items():
        names = set(frames.sources(case.layout))
        rest = {name for name in names - set(found[kind]) if not any(word in name for word in still)}
        assert not rest, kind


def test_features_stand_by_their_share_of_a_dimension(script):
    W = _normal(1, 3, 8)
    setup = _setup(8, tsup.ReluOutput(3), (0.1,))
    case = Case({"kind": "sharing"}, setup, None, W=W).asked() | {"best": 0}
    [drawn] = answers(script, [case])
    columns = drawn["sharing"]
    feature = np.array(columns["feature"], int)
    kept = measure.represented(W[0])
    expected = np.where(kept, measure.dimensionality(W[0]), 0)
    assert sorted(feature) == list(range(8))
    assert (np.diff(columns["dimensionality"]) <= 0).all()
    np.testing.assert_allclose(columns["dimensionality"], expected[feature], atol=1e-6)
    np.testing.assert_allclose(columns["norm"], measure.norms(W[0])[feature], rtol=1e-6)


def test_the_attack_is_the_worst_of_the_candidates(script):
    W, b = _normal(1, 2, 5), _normal(1, 5, scale=0.1)
    setup = _setup(5, tsup.ReluOutput(2), (0.1,))
    case = Case({"kind": "attack", "input": 2, "budget": 0.3}, setup, None, W=W, b=b).asked() | {"best": 0}
    [drawn] = answers(script, [case])
    x = np.eye(5)[[2]]
    importance = setup.features.importances()[0]
    worst = attack.worst(W[0], b[0], x, np.array([0.3]), importance)
    after = np.array(drawn["attack-output"]["after"])
    assert np.array_equal(drawn["attack-input"]["before"], x[0])
    assert np.isclose((importance * (x[0] - after) ** 2).sum(), worst.each.attacked, rtol=1e-5)


def test_a_point_stands_at_its_density_and_importance(script):
    setup = Setup(
        features=tsup.Features(2, 0.2, (1, 3)), model=tsup.ReluOutput(1), training=tsup.Training(steps=9)
    )
    view = {"kind": "point", "of": 1, "ends": [[0.01, 0.1], [1, 10]]}
    case = Case(view, setup, None, W=_normal(1, 1, 2)).asked() | {"best": 0}
    [drawn] = answers(script, [case])
    assert drawn == {"point": {"x": [0.2], "y": [3]}}
