"""Claims on sparse autoencoders: what they say of doctored results."""

from dataclasses import replace

import numpy as np
import pytest
from verdicts import verdict

from tsup.paper.rows import find
from tsup.paper.sparse import analysis
from tsup.paper.sparse.analysis import KINDS
from tsup.paper.verdict import Verdict

HOLDS, DIFFERS, FAILS = Verdict.HOLDS, Verdict.DIFFERS, Verdict.FAILS


def made(loaded, row, **changes):
    """A row with some of its variables changed by functions."""
    data = loaded(row)
    for name, change in changes.items():
        values = data[name].values.copy()
        change(values)
        data = data.assign({name: data[name].copy(data=values)})
    return {row: data}


def filled(value):
    def fill(values):
        values[:] = value

    return fill


@pytest.mark.parametrize("kind", [kind.lower() for kind in KINDS])
def test_directions_that_are_found_missed_or_found_now_and_then(loaded, kind):
    for row in ("F39", "C6"):
        assert verdict(f"{row}.{kind}", **made(loaded, row, cosine=filled(0.97))) is HOLDS
        assert verdict(f"{row}.{kind}", **made(loaded, row, cosine=filled(0.8))) is FAILS
    assert verdict(f"C6.{kind}", **made(loaded, "C6", cosine=filled(0.92))) is DIFFERS

    def sometimes(cosine):
        cosine[:], cosine[:, :4] = 0.97, 0.8

    assert verdict(f"F39.{kind}", **made(loaded, "F39", cosine=sometimes)) is DIFFERS


def test_the_start_that_counts_is_that_of_least_loss(loaded):
    def best_first(values):
        values[:], values[..., 0] = 1, 0.5

    data = made(loaded, "F39", loss=best_first, cosine=lambda c: c.__setitem__((..., 0), 0.25))["F39"]
    assert (analysis.best_of(data) == 0.25).all()


@pytest.mark.parametrize("row", ["F39", "C6"])
def test_losing_to_a_start_at_the_truth(loaded, row):
    data = loaded(row)
    worse = {row: data.assign(truth_loss=0.5 * data.loss.min([d for d in data.loss.dims if d != "kind"]))}
    assert verdict(f"{row}.by-hand", **worse) is FAILS
    even = {row: data.assign(truth_loss=data.loss.min([d for d in data.loss.dims if d != "kind"]))}
    assert verdict(f"{row}.by-hand", **even) is HOLDS


def test_directions_that_a_gaussian_has_too(loaded):
    assert verdict("C6.gaussian", **made(loaded, "C6", null_cosine=filled(0.99), cosine=filled(1))) is FAILS
    assert verdict("C6.gaussian", **made(loaded, "C6", null_cosine=filled(0.5), cosine=filled(1))) is HOLDS


def test_what_l1_leaves_beside_the_others(loaded):
    def l1_worse(values):
        values[:], values[0] = 0.1, 0.2

    assert verdict("C6.frontier", **made(loaded, "C6", tried_unexplained=l1_worse)) is HOLDS
    assert verdict("C6.frontier", **made(loaded, "C6", tried_unexplained=filled(0.1))) is FAILS


def test_reconstructions_that_are_too_short(loaded):
    def short(values):
        values[:], values[0] = 1, 0.8

    def all_short(values):
        values[:], values[0] = 0.9, 0.8

    assert verdict("C6.shrinkage", **made(loaded, "C6", scale=short)) is HOLDS
    assert verdict("C6.shrinkage", **made(loaded, "C6", scale=all_short)) is DIFFERS
    assert verdict("C6.shrinkage", **made(loaded, "C6", scale=filled(0.9))) is FAILS


def test_counts(loaded):
    assert verdict("C6.dead", **made(loaded, "C6", alive=filled(48))) is HOLDS
    assert verdict("C6.dead", **made(loaded, "C6", alive=filled(60))) is FAILS
    assert verdict("C6.sizes", **made(loaded, "C6", size_common=filled(51))) is HOLDS
    assert verdict("C6.sizes", **made(loaded, "C6", size_common=filled(30))) is FAILS
    sizes = loaded("C6")["size"].values

    def bent(values):
        values[:] = np.maximum(50 - sizes, 0)[:, None] + 1

    assert verdict("C6.knee", **made(loaded, "C6", size_error=bent)) is HOLDS
    assert verdict("C6.knee", **made(loaded, "C6", size_error=filled(1))) is FAILS


def test_a_latent_that_is_silent_whatever_the_child_does_is_not_absorbed(loaded):
    silent = {"silent_with": filled(0.5), "silent_without": filled(0.5)}
    assert verdict("C6.absorption", **made(loaded, "C6", **silent)) is FAILS
    silent["silent_without"] = filled(0.1)
    assert verdict("C6.absorption", **made(loaded, "C6", **silent)) is HOLDS


def test_tuning_takes_the_nearest_in_ratio():
    assert analysis.nearest(np.array([[0.5, 4.0], [2.0, 3.0]]), 1.5).tolist() == [1, 0]
    assert analysis.at_sparsity([4.0, 1.0], [0.1, 0.3], 2.0) == pytest.approx(0.2)
    assert analysis.at_sparsity([4.0, 1.0], [0.1, 0.3], 9.0) == pytest.approx(0.1)


def test_random_directions_come_nearer_the_more_there_are():
    W = np.eye(4)
    few, many = (analysis.random_cosine(W, count, 50).mean() for count in (4, 64))
    assert few < many < 1


def test_a_plan_knows_its_searches():
    plan = find("C6").plan("paper")
    twice = plan.doubled()
    assert twice.searches["final"].training.steps == 2 * plan.searches["final"].training.steps
    assert twice.searches["final"].coders == plan.searches["final"].coders
    shown = find("F39").plan("paper")
    assert (
        shown.doubled().searches["final"].training.snapshots[-1] == 2 * shown.searches["final"].training.steps
    )
    other = {**plan.searches, "null": twice.searches["null"]}
    assert replace(plan, searches=other).digest("C6") != plan.digest("C6")
    assert set(plan.to_dict()["searches"]) == {"tried", "final", "null", "sizes", "pairs"}
    assert "searches" not in find("F08").plan("paper").to_dict()
