"""Runs the browser's engine in node: trainings go in as JSON, weights and losses come out."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np

from tsup.config import Setup, equation

ROOT = Path(__file__).parents[1]


def node(*words, **options):
    """What node says; a failure is shown."""
    found = shutil.which("node")
    assert found, "no node on the PATH: install Node.js"
    run = subprocess.run([found, *map(str, words)], cwd=ROOT, capture_output=True, text=True, **options)
    assert run.returncode == 0, run.stderr
    return run.stdout


def bundled(folder, name):
    """A script of live/tests with all it imports, for node."""
    made = folder / f"{name}.mjs"
    node("live/build.mjs", "--script", f"live/tests/{name}.ts", made)
    return made


def request(setup: Setup):
    """A setup as the engine is asked for it."""
    features, training = setup.features, setup.training
    return {
        "features": {
            "n": features.n,
            "density": features.densities().tolist(),
            "importance": features.importances().tolist(),
            "correlated": features.correlated,
            "anticorrelated": features.anticorrelated,
            "low": features.low,
            "high": features.high,
        },
        "model": {"hidden": setup.model.hidden, **equation(setup.model)._asdict()},
        "training": {
            "steps": training.steps,
            "batch": training.batch,
            "lr": setup.rates.tolist(),
            "schedule": training.schedule,
            "warmup": training.warmup,
            "weight_decay": training.weight_decay,
            "seed": training.seed,
        },
    }


def answers(script, cases):
    """Every engine's loss and weights for every case."""
    plain = json.dumps(cases, default=lambda array: np.asarray(array).ravel().tolist())
    return json.loads(node(script, input=plain, env={**os.environ}))
