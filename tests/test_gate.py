"""The door of public functions; test_fuzz.py calls all of them with arguments at random."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch

from tsup import ReluOutput, circuits, gate, geometry, measure, models, plots
from tsup.errors import InputError
from tsup.paper import claims, exercises


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: measure.norms("a"), "W must be real numbers, got 'a'"),
        (lambda: measure.norms(np.ones(3)), "W must have shape (…, hidden, feature), got (3,)"),
        (lambda: measure.norms(), "norms must be called as norms(W), got a call with missing"),
        (lambda: measure.represented(np.eye(2), "0.5"), "threshold must be a number, got '0.5'"),
        (lambda: plots.gram(1 + 1j, [0]), "W must be real numbers, got (1+1j)"),
        (lambda: circuits.motifs(np.eye(2), np.ones((3, 2))), "W2 must have shape (2, 2), got (3, 2)"),
    ],
)
def test_what_a_signature_does_not_allow_is_refused_in_one_line(call, says):
    with pytest.raises(InputError) as caught:
        call()
    assert str(caught.value).startswith(says)


def test_a_users_function_that_fails_is_told_in_one_line_with_its_cause():
    with pytest.raises(InputError) as caught:
        measure.level_of(lambda x: 1 / 0, 2)
    assert str(caught.value) == (
        "encode must be a function that does not fail, got ZeroDivisionError: division by zero"
    )
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_what_a_users_function_calls_is_checked_too():
    with pytest.raises(InputError, match="^W must be real numbers, got 'a'$"):
        measure.level_of(lambda x: measure.norms("a"), 2)
    reply = exercises.check("narrow", lambda value, bar: measure.norms("a"))
    assert reply.message == "W must be real numbers, got 'a'"


def test_a_list_that_fails_while_it_is_read_is_refused():
    def total(values: Sequence[float]) -> float:
        return sum(values)

    with pytest.raises(InputError, match="^values must be a list, got <generator"):
        gate.gated(total)(1 / 0 for _ in range(2))


def test_lists_are_read_as_arrays():
    assert np.allclose(measure.norms([[3, 0], [4, 1]]), [5, 1])


def test_what_memory_does_not_hold_is_one_line():
    with pytest.raises(
        InputError, match="^gram must be asked for what fits in memory, got Unable to allocate"
    ):
        measure.gram(np.ones((1, 10**7)))


def test_what_no_address_reaches_is_one_line():
    with pytest.raises(
        InputError, match="^simplex must be asked for what fits in memory, got array is too big"
    ):
        geometry.polytopes.simplex(10**10)


def test_tensors_stay_tensors_and_weights_go_with_them():
    weights = {"W": torch.ones(1, 2, requires_grad=True), "b": torch.zeros(2)}
    assert models.forward(ReluOutput(1), weights, torch.eye(2)).requires_grad
    with pytest.raises(InputError, match="^W must have shape \\(…, 1, 2\\) and be of x's kind, got "):
        models.forward(ReluOutput(1), weights, np.eye(2))


@pytest.mark.parametrize(
    "spoil",
    [lambda d: d.drop_vars("W"), lambda d: d.rename(hidden="h"), lambda d: d.isel(density=slice(0, 0))],
)
def test_claims_on_data_that_lacks_what_they_read_are_refused(loaded, spoil):
    with pytest.raises(InputError, match="^data of F06 must hold what F06.gram reads, got "):
        claims.check("F06.gram", data={"F06": spoil(loaded("F06"))})
