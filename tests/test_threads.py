"""Threads of PyTorch: one for small work, and one in a process that was forked."""

import os
import subprocess
import sys

import pytest
import torch

import tsup
from tsup import Features, ReluOutput, Training, training
from tsup.threads import suited

WAIT = 120  # seconds after which a child that does not come back counts as stuck, far beyond what it works

# The parent's training is large enough that OpenMP starts its threads, of which a fork keeps none.
FORK = """
import multiprocessing, sys, torch, tsup
torch.set_num_threads(2)
backend, wait = sys.argv[1], float(sys.argv[2])

def train(out=None):
    torch.ones(2**21).exp().sum()
    run = tsup.train(tsup.Features(40, 0.2), tsup.ReluOutput(2), tsup.Training(steps=3, replicas=4), backend)
    return run.loss.tolist() if out is None else out.put((torch.get_num_threads(), run.loss.tolist()))

context = multiprocessing.get_context("fork")
out = context.Queue()
here = train()
child = context.Process(target=train, args=(out,))
child.start()
try:
    threads, there = out.get(timeout=wait)
finally:
    child.kill()
print(threads, here == there)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_a_forked_child_trains_what_its_parent_trains(backend):
    settings = {**os.environ, "OMP_NUM_THREADS": "2"}
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", FORK, backend, str(WAIT)],
        env=settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout == "1 True\n", ran.stderr


@pytest.fixture
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_small_work_gets_one_thread_and_large_work_all(two_threads):
    for entries, expected in [(2**20, 1), (2**21, 2)]:
        with suited(entries):
            assert torch.get_num_threads() == expected
        assert torch.get_num_threads() == 2


def test_threads_are_given_back_after_an_error(two_threads):
    with pytest.raises(KeyError), suited(1):
        raise KeyError
    assert torch.get_num_threads() == 2


@pytest.mark.parametrize(("n", "expected"), [(5, {1}), (2048, {2})])
def test_an_evaluation_keeps_the_rule_of_the_trainer(two_threads, monkeypatch, n, expected):
    seen, real = set(), training.loss

    def watched(*args):
        seen.add(torch.get_num_threads())
        return real(*args)

    monkeypatch.setattr(training, "loss", watched)
    monkeypatch.setattr(training, "_EVALUATION_ROWS", 2 * training._EVALUATION_BLOCK)
    tsup.train(Features(n, 0.1), ReluOutput(1), Training(steps=1, batch=1), "reference", progress=False)
    assert seen == expected
    assert torch.get_num_threads() == 2
