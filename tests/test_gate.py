"""The door of public functions, and calls of all of them with arguments at random."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tsup import circuits, measure, plots
from tsup.errors import InputError


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


def test_lists_are_read_as_arrays():
    assert np.allclose(measure.norms([[3, 0], [4, 1]]), [5, 1])


def test_only_the_projects_own_errors_come_out():
    """Without type hooks, as users meet the functions."""
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("fuzz.py"), "20"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
