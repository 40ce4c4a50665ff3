"""Exercises of the chapter *Sparse coding* (F39, C6)."""

from typing import Any

import numpy as np

from tsup.paper.exercise import counted, exercise, valued
from tsup.paper.hidden import like
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


def _top(h: np.ndarray, k: int, axis: int | None = 1) -> np.ndarray:
    """The k largest entries of every row, 0 elsewhere; along axis None, the rows times k largest of all."""
    line = h.ravel()[None] if axis is None else np.moveaxis(h, axis, 1)
    count = k * len(h) if axis is None else k
    kept = np.argsort(np.argsort(-line, axis=1, kind="stable"), axis=1) < count
    return (
        np.moveaxis(np.where(kept, line, 0), 1, axis).copy()
        if axis is not None
        else np.where(kept, line, 0).reshape(h.shape)
    )


PRE = np.random.default_rng(41).normal(size=(5, 7))
CHOSEN = [(PRE, 2), (PRE, 3)]


@exercise(
    "top-k",
    "every row then has k latents on, however much or little is in it. No penalty pulls the codes down, so they are "
    "not shrunk.",
)
def top_k(answer: Any) -> str | None:
    """A function from h (row, latent) and k to h with all but the k largest entries of every row set to 0."""
    return like(
        answer,
        "top_k",
        _top,
        CHOSEN,
        {
            "the largest, not those of the largest size: a negative entry is small.": lambda h, k: np.where(
                _top(np.abs(h), k) > 0, h, 0
            ),
            "that is BatchTopK, which keeps the largest of the whole batch: here each row keeps k.": lambda h, k: (
                _top(h, k, None)
            ),
            "latents are along the second axis: keep k a row, not k a column.": lambda h, k: _top(h, k, 0),
            "keep the entries in their places, and set the others to 0.": lambda h, k: (
                -np.sort(-h, axis=1)[:, :k]
            ),
            "those are the smallest.": lambda h, k: -_top(-h, k),
            "that only says which are kept; keep their values.": lambda h, k: _top(h, k) != 0,
        },
    )


EXERCISES = (
    shrunk_code,
    sae_step,
    spare_latents,
    top_k,
)
