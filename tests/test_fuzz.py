"""Calls of all public functions with arguments drawn at random, and what makes such calls find something."""

import subprocess
import sys
from pathlib import Path

import fuzz
import numpy as np
import pytest

from tsup import measure
from tsup.errors import InputError


def test_only_the_projects_own_errors_come_out():
    """Without type hooks, as users meet the functions."""
    command = [sys.executable, Path(__file__).with_name("fuzz.py"), "10"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "plots: 0 of " in done.stdout


SURFACE = """
    attack.worst audit.training geometry.factors.recognise handmade.least measure.norms models.forward
    paper.exercises.check paper.how_fast.figures.ratios plots.gram sparse_coding.measures.alive
    sparse_coding.trainer.train training.train widgets.lab
"""


@pytest.mark.parametrize("path", SURFACE.split())
def test_the_public_surface_is_enumerated(path):
    assert path in fuzz.public()


def test_a_new_function_is_called_and_its_raw_error_found(monkeypatch, capsys):
    def planted(values: np.ndarray) -> bool:
        if np.ndim(values) > 3:
            raise InputError("values must have at most 3 axes")
        return bool(values > 0)

    planted.__module__ = measure.__name__
    monkeypatch.setattr(measure, "planted", planted, raising=False)
    assert fuzz.main(30, "planted") == 1
    printed = capsys.readouterr().out
    assert "measure.planted: ValueError" in printed
    assert "The truth value of an array" in printed


def test_the_projects_own_errors_are_none():
    def careful(*values: np.ndarray, surplus: int = 0) -> None:
        raise InputError("values must be others")

    assert fuzz.fuzz(fuzz.Target("careful", careful), 10).raw == 0
