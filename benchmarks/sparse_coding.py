"""How much faster one call trains many sparse autoencoders than a loop over calls that train one each.

python benchmarks/sparse_coding.py        prints seconds and ratios, side by side, and keeps them beside this file

Both are the same program, so that the ratio is what batching brings; they take turns, to meet the same machine.
"""

import json
import os
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

from tsup import Features, ReluOutput, sparse_coding
from tsup.backends.cost import processor
from tsup.sparse_coding import L1, Hidden, TopK, Training

TURNS = 3
WORKLOADS = {
    "pentagon, 5 latents": (5, 2, 5, Training(steps=50, batch=256, seeds=40)),
    "50 in 20, 60 latents": (50, 20, 60, Training(steps=50, batch=256, seeds=10)),
}


def seconds(call: Callable[[], Any]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def compared(n: int, hidden: int, latents: int, training: Training) -> dict[str, float]:
    """The least of some turns: one call, and a call for each autoencoder."""
    W = np.random.default_rng(0).normal(size=(hidden, n)) / hidden**0.5
    source, coders = (
        Hidden(Features(n, 0.05), ReluOutput(hidden), {"W": W}),
        [L1(latents, 0.1), TopK(latents, 2)],
    )

    def alone() -> None:
        for coder in coders:
            for seed in range(training.seeds):
                sparse_coding.train(source, [coder], replace(training, seeds=1, seed=seed))

    both = [
        (seconds(lambda: sparse_coding.train(source, coders, training)), seconds(alone)) for _ in range(TURNS)
    ]
    together, apart = (min(times) for times in zip(*both, strict=True))
    return {
        "autoencoders": len(coders) * training.seeds,
        "steps": training.steps,
        "one call, s": round(together, 2),
        "loop, s": round(apart, 2),
        "ratio": round(apart / together, 2),
    }


def main() -> None:
    """Measure, print and keep."""
    found = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "platform": platform.platform(),
        "processor": processor(),
        "threads": torch.get_num_threads(),
        "load_average": round(os.getloadavg()[0], 1),
        "torch": torch.__version__,
        "workloads": {name: compared(*workload) for name, workload in WORKLOADS.items()},
    }
    text = json.dumps(found, indent=2) + "\n"
    Path(__file__).with_suffix(".json").write_text(text)
    print(text, end="")


if __name__ == "__main__":
    main()
