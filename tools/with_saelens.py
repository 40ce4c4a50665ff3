"""SAELens trained on a toy model's activations, beside our own autoencoders, for the guide to SAELens.

    tools/try-saelens      makes an environment with SAELens, runs this file there, and keeps what it found

SAELens brings a hundred packages, which the book does not need, so the page shows this code and prints its record.
"""

import json
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from sae_lens import SAETrainer, StandardTrainingSAE, StandardTrainingSAEConfig
from sae_lens.config import LoggingConfig, SAETrainerConfig

import tsup
from tsup import sparse_coding
from tsup.sparse_coding import measures

SEEDS, STEPS, BATCH, RATE, PENALTY = 5, 2_000, 1024, 3e-3, 0.4
ROWS = 8_192
RECORD = Path(__file__).parents[1] / "book" / "results" / "saelens.json"


# [activations]
def pentagon() -> sparse_coding.Hidden:
    """The hidden activations of the pentagon of the chapter on sparse coding."""
    W = tsup.load("F39").W.values
    world = tsup.Features(n=5, density=0.03)
    return sparse_coding.Hidden(world, tsup.ReluOutput(hidden=2), {"W": W, "b": np.zeros(5)})


def batches(source: sparse_coding.Hidden, seed: int):
    """Activations as SAELens asks for them: an endless iterator of tensors (row, hidden)."""
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield source(BATCH, generator)


# [training]
def saelens(source: sparse_coding.Hidden, seed: int) -> StandardTrainingSAE:
    """One autoencoder of SAELens: its own loss, start and optimiser."""
    torch.manual_seed(seed)
    config = StandardTrainingSAEConfig(
        d_in=2,
        d_sae=5,
        l1_coefficient=PENALTY,
        apply_b_dec_to_input=True,
        normalize_activations="none",
        device="cpu",
    )
    how = SAETrainerConfig(
        total_training_samples=STEPS * BATCH,
        train_batch_size_samples=BATCH,
        lr=RATE,
        lr_end=RATE / 10,
        logger=LoggingConfig(log_to_wandb=False),
    )
    return SAETrainer(how, StandardTrainingSAE(config), batches(source, seed)).fit()


def ours(source: sparse_coding.Hidden) -> sparse_coding.Trained:
    """The same number of our own, in one call."""
    how = sparse_coding.Training(steps=STEPS, batch=BATCH, lr=RATE, seeds=SEEDS)
    return sparse_coding.train(source, [sparse_coding.L1(5, PENALTY)], how)[0]


# [measures]
def measured(source: sparse_coding.Hidden, decoder: np.ndarray, codes: np.ndarray, back: np.ndarray) -> dict:
    """What both are asked: cosines with the true directions, codes that are on, variance left unexplained."""
    W, h = source.weights["W"].numpy(), activations(source).numpy()
    return {
        "mean max cosine": measures.best_cosines(W, decoder).mean(-1).tolist(),
        "codes on": measures.active(codes).tolist(),
        "unexplained": measures.unexplained(h, back).tolist(),
    }


def activations(source: sparse_coding.Hidden) -> torch.Tensor:
    """Rows that nothing was trained on."""
    return source(ROWS, torch.Generator().manual_seed(12_345))


# [record]
def main() -> int:
    """Train both, measure both, and keep the record."""
    source = pentagon()
    h = activations(source)
    theirs = [saelens(source, seed) for seed in range(SEEDS)]
    own = ours(source)
    with torch.no_grad():
        codes = [one.encode(h) for one in theirs]
        back = [one.decode(code) for one, code in zip(theirs, codes, strict=True)]
    decoders = np.stack([one.W_dec.detach().numpy() for one in theirs])
    own_codes = own.codes(h.numpy())
    own_back = own.reconstruct(h.numpy())
    record = {
        "date": date.today().isoformat(),
        "F39": tsup.load("F39").attrs["hash"],
        "versions": {name: version(name) for name in ("sae-lens", "torch", "numpy")},
        "python": sys.version.split()[0],
        "settings": {
            "seeds": SEEDS,
            "steps": STEPS,
            "batch": BATCH,
            "rate": RATE,
            "penalty": PENALTY,
            "rows": ROWS,
        },
        "SAELens": measured(source, decoders, torch.stack(codes).numpy(), torch.stack(back).numpy()),
        "tsup": measured(source, own.weights["decoder"], own_codes, own_back),
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n")
    print(RECORD.read_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
