"""Exercises of the chapter *Sparse coding* (F39, C6)."""

from typing import Any

import numpy as np

from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.readings import count, function, matrix, number
from tsup.sparse_coding.measures import best_cosines


@exercise(
    "shrunk-code",
    "the derivative of (x − f)² + λf is 0 at f = x − λ/2: a penalty takes the same piece off every code, "
    "large or small, and all off a code below it.",
)
def shrunk_code(answer: Any) -> str | None:
    """The code of a feature of size 0.7 alone, read along its own direction, under a penalty of 0.2."""
    mistakes = {
        0.5: "the square in the loss brings a factor of 2 with it.",
        0.7: "that is the code without a penalty.",
        0.8: "the penalty pulls the code down, not up.",
        0.56: "the penalty takes off a piece, not a share.",
    }
    return valued(number(answer), 0.6, mistakes, "at which f is the derivative of (x − f)² + λf zero?")


ROWS = np.random.default_rng(39).normal(size=(6, 3))
CODES = np.abs(np.random.default_rng(40).normal(size=(6, 4)))
DECODER = np.eye(4, 3) + 0.2
DECODER /= np.linalg.norm(DECODER, axis=1, keepdims=True)
RATE = 0.3


def _unit(decoder: np.ndarray, axis: int = 1) -> np.ndarray:
    return decoder / np.linalg.norm(decoder, axis=axis, keepdims=True)


def moved(h: np.ndarray, codes: np.ndarray, decoder: np.ndarray, rate: float) -> np.ndarray:
    """The decoder after a step down the mean squared error, of unit length again."""
    return _unit(decoder + 2 * rate / len(h) * codes.T @ (h - codes @ decoder))


@exercise(
    "sae-step",
    "the error is read back along each latent's codes, and without the last line a decoder could make codes small by "
    "growing long.",
)
def sae_step(answer: Any) -> str | None:
    """A function that moves a decoder one step down the mean of ‖h − fD‖², and makes its rows of unit length again."""
    found = matrix(function(answer, "step")(ROWS, CODES, DECODER, RATE), DECODER.shape, "what step returns")
    plain = DECODER + 2 * RATE / len(ROWS) * CODES.T @ (ROWS - CODES @ DECODER)
    said = (
        (moved(ROWS, CODES, DECODER, RATE), None),
        (plain, "its rows must have length 1 when it is done."),
        (
            _unit(plain, 0),
            "make the rows of unit length, which are the latents' directions, not the columns.",
        ),
        (moved(ROWS, CODES, DECODER, -RATE), "that step makes the error larger."),
        (moved(ROWS, CODES, DECODER, RATE * len(ROWS)), "take the mean over rows, not the sum."),
        (moved(ROWS, CODES, DECODER, RATE / 2), "the square brings a factor of 2 with it."),
        (DECODER, "that is the decoder as it was."),
    )
    for wrong, words in said:
        if np.allclose(found, wrong, atol=1e-8):
            return words
    return (
        "take the gradient of the mean of ‖h − fD‖² by D, step against it, and divide each row by its length."
    )


def spare() -> tuple[int, int]:
    """Latents of the best TopK autoencoder of C6 that point along no feature, and all of its latents."""
    from tsup.paper.results import load

    data = load("C6")
    W, decoder = data.W.values.astype(float), data.decoder.sel(kind="TopK").values.astype(float)
    return int((best_cosines(decoder.T, W.T) < 0.9).sum()), len(decoder)


@exercise(
    "spare-latents",
    "what has no feature to stand for points anywhere. In a real model nobody has the list of features to see that by.",
)
def spare_latents(answer: Any) -> str | None:
    """Latents of the best TopK autoencoder of C6 without a cosine of 0.9 with any feature."""
    right, latents = spare()
    mistakes = {
        latents - right: "that many latents have one. How many have none?",
        latents: "that is all latents.",
    }
    return counted(
        count(answer), right, mistakes, "compare every latent with every feature, and count latents."
    )


EXERCISES = (
    shrunk_code,
    sae_step,
    spare_latents,
)
