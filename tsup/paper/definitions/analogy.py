"""Made words whose vectors are sums of attributes, and arithmetic on them (R3). NumPy only.

The words are built, not learned: they show what linear structure *would* allow, not that a language model has it.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from tsup import gate
from tsup.directions import random_directions
from tsup.errors import InputError

Lexicon = Mapping[str, Sequence[str]]
PEOPLE: Lexicon = {
    "king": ("royal", "male", "adult"),
    "queen": ("royal", "female", "adult"),
    "man": ("male", "adult"),
    "woman": ("female", "adult"),
    "prince": ("royal", "male", "young"),
    "princess": ("royal", "female", "young"),
    "boy": ("male", "young"),
    "girl": ("female", "young"),
    "crown": ("royal", "object"),
    "chair": ("object",),
}


def embed(lexicon: Lexicon, m: int, noise: float | int = 0.0, seed: int = 0) -> dict[str, np.ndarray]:
    """A vector (m,) for every word: the sum of its attributes' random directions, and a part of its own.

    noise: the typical length of a word's own part, ≥ 0, where an attribute has length 1. Raises InputError for a
    negative noise and for m < 2.
    """
    if noise < 0:
        raise InputError(f"noise must be at least 0, got {noise}")
    attributes = sorted({attribute for parts in lexicon.values() for attribute in parts})
    W = random_directions(len(attributes), m, seed)
    active = np.array([[attribute in parts for attribute in attributes] for parts in lexicon.values()])
    own = np.random.default_rng([seed, 1]).standard_normal((len(lexicon), m)) / np.sqrt(m)
    return dict(zip(lexicon, active @ W.T + noise * own, strict=True))


def solve(vectors: Mapping[str, np.ndarray], a: str, b: str, c: str) -> list[tuple[str, float]]:
    """The words by their cosine with a − b + c, best first, the three of the question left out.

    Raises InputError for a word that has no vector.
    """
    for word in (a, b, c):
        if word not in vectors:
            raise InputError(f"word must be one of {', '.join(vectors)}, got {word!r}")
    target = vectors[a] - vectors[b] + vectors[c]
    others = [word for word in vectors if word not in (a, b, c)]
    return sorted(((word, _cosine(target, vectors[word])) for word in others), key=lambda found: -found[1])


def share(
    a: str, b: str, c: str, answer: str, m: int, noise: float | int = 0.0, vocabularies: int = 200
) -> float:
    """The share of vocabularies of `PEOPLE`, each embedded with its own seed, in which a − b + c gives `answer` first.

    Raises InputError as `embed` and `solve` do, and for fewer than one vocabulary.
    """
    if vocabularies < 1:
        raise InputError(f"vocabularies must be at least 1, got {vocabularies}")
    first = (solve(embed(PEOPLE, m, noise, seed), a, b, c)[0][0] for seed in range(vocabularies))
    return sum(word == answer for word in first) / vocabularies


def _cosine(u: np.ndarray, v: np.ndarray) -> float:
    return float(u @ v / (np.linalg.norm(u) * np.linalg.norm(v)))


gate.close(globals())
