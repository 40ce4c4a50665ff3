"""Unequal features: measures on made models, branches, poses, figures, and what claims say of doctored results."""

import numpy as np
import pytest
from theory_figures import AT, CURVES, PENTAGON, SIX
from verdicts import verdict

from tsup import InputError, measure
from tsup.paper.nonuniform import figures as nonuniform_figures
from tsup.paper.nonuniform.analysis import align_features, align_pairs, arrangement
from tsup.paper.nonuniform.claims.collapse import collapsed
from tsup.paper.nonuniform.claims.pentagon import crossing, room
from tsup.paper.nonuniform.claims.sets import side_by_side
from tsup.paper.nonuniform.rows import BRANCHES, branches
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS
HEXAGON = SIX[:, [0, 1, 2, 3, 4, 5]]
ACROSS = SIX[:, [0, 3, 1, 4, 2, 5]]


def turned(W, degrees, mirror=1):
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.array([[c, -s], [s, c]]) @ np.diag([1, mirror]) @ W


def test_every_branch_is_its_own_arrangement():
    assert [arrangement(W) for W in BRANCHES.values()] == list(BRANCHES)
    assert arrangement(np.eye(2, 5)) == "other"
    assert arrangement(np.zeros((2, 5))) == "other"
    assert arrangement(BRANCHES["digons with 0"][:, [4, 1, 2, 3, 0]]) == "digons without 0"


def test_what_counts_as_represented_and_as_a_pair_is_given():
    digons, bent = BRANCHES["digons without 0"], BRANCHES["digons without 0"].copy()
    bent[1, 1] = 0.4
    assert arrangement(digons, norm=1.5) == "other"
    assert [arrangement(bent, near=near) for near in (0.05, 0.1)] == ["other", "digons without 0"]


def test_branches_keep_their_arrangement_and_lose_less_the_rarer_a_missing_feature():
    data = branches(np.array([0.04, 0.05]))
    for name in BRANCHES:
        for k in range(2):
            assert arrangement(data.branch_W.sel(branch=name).values[k]) == name
    loss = data.branch_loss
    assert loss.sel(branch="pentagon").values[1] == pytest.approx(5 * 0.0017807, rel=1e-3)
    rise = np.diff(loss.sel(branch="digons without 0").values)[0]
    assert rise == pytest.approx(0.01 / 3 - (0.05**2 - 0.04**2) / 4, rel=0.05)


def test_crossings_are_interpolated_and_gaps_left_out():
    at = np.array([0.01, 0.02, 0.04, 0.08])
    assert crossing(at, np.array([np.nan, -1, 1, 2])) == pytest.approx([0.02 * 2**0.5])
    assert crossing(at, np.array([1.0, 2, 3, 4])) == []


def test_room():
    assert room(PENTAGON) == pytest.approx(72)
    assert room(turned(PENTAGON, 50, -1)) == pytest.approx(72)
    assert room(np.array([[0, 1, -1, 0.1, -0.1], [1, 0, 0, -1, -1]])) == pytest.approx(90)


def test_side_by_side_goes_by_order_alone():
    uneven = np.deg2rad([0, 5, 100, 170, 200, 300])
    squeezed = np.array([np.cos(uneven), np.sin(uneven)])
    rolled = turned(HEXAGON[:, [1, 2, 3, 4, 5, 0]], 20)
    assert side_by_side(np.stack([HEXAGON, squeezed, turned(HEXAGON, 200, -1)])).all()
    assert side_by_side(rolled)
    assert not side_by_side(np.stack([ACROSS, 0.3 * HEXAGON])).any()


def test_collapsed_pairs_keep_their_component():
    a = SIX[:, ::2].repeat(2, axis=1) / np.sqrt(2)
    assert collapsed(np.stack([a, HEXAGON, 0.3 * a])).sum(-1).tolist() == [3, 0, 0]


@pytest.mark.parametrize("degrees", [0, 40, 200])
def test_poses_undo_turns_mirrors_and_names(degrees):
    other = turned(PENTAGON, degrees, -1)[:, [0, 3, 1, 4, 2]]
    one, two = align_features(np.stack([other, PENTAGON]))
    assert one == pytest.approx(two, abs=1e-6)
    assert two[:, 0] == pytest.approx([0, 1])
    assert measure.gram(two[:, 1:3])[0, 1] == pytest.approx(np.cos(np.deg2rad(72)))
    other = turned(HEXAGON, degrees, -1)[:, [3, 2, 0, 1, 5, 4]]
    one, two = align_pairs(np.stack([HEXAGON, other]))
    assert one == pytest.approx(two, abs=1e-6)
    assert (one[:, 0] + one[:, 1]) == pytest.approx([0, 3**0.5])


def test_bad_requests():
    with pytest.raises(InputError, match=r"W must have shape \(at, 2, 5\)"):
        align_features(np.zeros((1, 2, 6)))
    with pytest.raises(InputError, match=r"here must be in 0 … 1, got 2"):
        nonuniform_figures.collapse([SIX, SIX], [0.1, 0.2], 2)
    with pytest.raises(InputError, match=r"must have 2, 4 or 6 features, got 5"):
        nonuniform_figures.feature_pairs({"five": PENTAGON})
    with pytest.raises(InputError, match=r"losses must hold 1 to 3 labels, got 0"):
        nonuniform_figures.stretch(PENTAGON, 0.1, AT, {}, 0.02)
    with pytest.raises(InputError, match=r"losses\['one'\] must have shape \(3,\)"):
        nonuniform_figures.stretch(PENTAGON, 0.1, AT, {"one": [0.1]}, 0.02)


def test_figures_say_what_they_show():
    figure = nonuniform_figures.stretch(PENTAGON, 0.1, AT, CURVES, 0.02)
    assert figure.layout.select_one({"name": "stretch-0"}).data["density"] == pytest.approx([0.1, 0.5])
    assert figure.alt.startswith("With feature 0 at density 0.1, 5 features of 5 are represented")
    figure = nonuniform_figures.crossing(AT, CURVES, AT, np.full((3, 2), 0.02), [[0, 1], [1, 1], [-1, 0]])
    assert figure.alt == "Of 6 starts, 33 % pentagon and 50 % digons."
    assert (
        nonuniform_figures.feature_pairs({"six": HEXAGON}).alt
        == "six: within pairs the angles are 60°, 60° and 60°."
    )
    assert "in 0 of 3 pairs the members coincide" in nonuniform_figures.collapse([SIX], [0.1]).alt


def test_curves_that_do_not_cross_are_seen(loaded):
    data = loaded("F18")
    data.branch_loss.loc[{"branch": "digons without 0"}] = 1.0
    assert verdict("F18.cross", F18=data) is FAILS


def test_trainings_that_end_elsewhere_are_seen(loaded):
    data = loaded("F18")
    data.replica_kind.values[:] = -1
    data.W.values[:] = np.eye(2, 5)
    assert verdict("F18.trained", F18=data) is FAILS
    assert verdict("F18.snap", F18=data) is FAILS


def test_curves_of_one_slope_and_a_rigid_pentagon_are_seen(loaded):
    data = loaded("F18")
    pentagon = data.branch_loss.sel(branch="pentagon").values
    tilt = 1 + 0.01 * np.sign(data["at"].values - 0.0134)
    data.branch_loss.loc[{"branch": "digons without 0"}] = pentagon * tilt
    data.branch_W.loc[{"branch": "pentagon"}] = PENTAGON
    assert verdict("F18.slope", F18=data) is not HOLDS
    assert verdict("F18.room", F18=data) is FAILS
    data.branch_loss.loc[{"branch": "digons with 0"}] = 0.001
    assert verdict("F18.dense", F18=data) is FAILS


def test_the_same_pentagon_beside_others_of_any_density_is_seen(loaded):
    data = loaded("F18")
    np.testing.assert_array_equal(data.rest_loss.sel(rest=0.05), data.branch_loss)
    assert verdict("F18.rest", F18=data) is HOLDS
    assert verdict("F18.rest-dense", F18=data) is HOLDS
    others = (data.times > 1) & (data.branch != "pentagon") & data.rest_loss.notnull()
    data["rest_loss"] = data.rest_loss.where(~others, 1.0)
    assert verdict("F18.rest-dense", F18=data) is FAILS
    data.rest_loss.loc[{"rest": 0.02, "branch": "pentagon"}] = 1.0
    assert verdict("F18.rest", F18=data) is DIFFERS
    data.rest_loss.loc[{"branch": "pentagon"}] = 1.0
    assert verdict("F18.rest", F18=data) is FAILS


def test_other_arrangements_of_sets_are_seen(loaded):
    data = loaded("F19")
    square = np.array([[1.0, -1, 0, 0], [0, 0, 1, -1]])
    data.correlated_start_W.values[:] = square
    data.anticorrelated_start_W.values[:] = square[:, [0, 2, 1, 3]]
    data.three_start_W.values[:] = ACROSS
    for name in ("correlated", "anticorrelated", "side-by-side"):
        assert verdict(f"F19.{name}", F19=data) is FAILS


def test_interference_within_sets_is_seen(loaded):
    data = loaded("F20")
    data.W.values[:] = np.hstack([np.eye(10), -np.eye(10)])[:, np.arange(20).reshape(10, 2).T.ravel()]
    assert verdict("F20.diagonal", F20=data) is FAILS
    assert verdict("F20.cross", F20=data) is FAILS


def test_pairs_that_never_collapse_are_seen(loaded):
    data = loaded("F21")
    data.W.values[:] = ACROSS
    assert verdict("F21.hexagon", F21=data) is FAILS
    assert verdict("F21.steps", F21=data) is FAILS
    assert verdict("F21.pca", F21=data) is FAILS
    data.W.values[:] = SIX[:, ::2].repeat(2, axis=1)
    data.W.values[0] = SIX[:, [0, 0, 2, 3, 4, 5]]
    assert verdict("F21.norm", F21=data) is FAILS
    data.W.values[:] = SIX[:, ::2].repeat(2, axis=1) / np.sqrt(2)
    assert verdict("F21.norm", F21=data) is HOLDS
    data.W.values[:] = HEXAGON
    assert verdict("F21.norm", F21=data) is FAILS
