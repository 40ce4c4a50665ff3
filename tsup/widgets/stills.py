"""Stills: what the labs of the book's pages show where there is no kernel, trained once and kept beside the results.

A still's file is named by a hash of the choice and of the code that trains it, so that one that no longer is what
would be trained is not found.
"""

import hashlib
import json
from collections import deque
from pathlib import Path

import numpy as np

from tsup import results
from tsup.widgets.trial import Choice, Trial, train

PACKAGE = Path(__file__).parents[1]
# All that decides what is trained: the choice, the models and data, the reference trainer, and the loss shown.
CODE = (
    "config/*.py",
    "data.py",
    "draws.py",
    "models.py",
    "training.py",
    "backends/reference.py",
    "widgets/trial.py",
)


def digest(choice: Choice) -> str:
    """16 hexadecimal digits of a choice and of the code that trains it."""
    files = sorted(file for pattern in CODE for file in PACKAGE.glob(pattern))
    code = [file.read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join([choice.setup().digest, *code]).encode()).hexdigest()[:16]


def path(choice: Choice) -> Path:
    """Where the still of a choice is kept."""
    return results.folder() / "labs" / f"{digest(choice)}.json"


def load(choice: Choice) -> Trial | None:
    """The end of a choice's training, as it was kept; None where it was not."""
    try:
        found = json.loads(path(choice).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    weights = {name: np.array(weight, np.float32) for name, weight in found["weights"].items()}
    return Trial(choice.setup(), weights, np.array(found["steps"], float), np.array(found["shares"], float))


def train_and_save(choice: Choice) -> Path:
    """Train a choice to its end, and keep it."""
    trial = train_to_end(choice)
    values = {
        "choice": vars(choice),
        "weights": {name: weight.tolist() for name, weight in trial.weights.items()},
        "steps": trial.steps.tolist(),
        "shares": trial.shares.tolist(),
    }
    file = path(choice)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values) + "\n", encoding="utf-8")
    return file


def train_to_end(choice: Choice) -> Trial:
    """The end of a choice's training."""
    return deque(train(choice), maxlen=1).pop()
