"""Arithmetic on made words."""

import numpy as np
import pytest

from tsup import InputError
from tsup.paper.definitions import analogy


def test_without_noise_the_arithmetic_is_exact():
    words = analogy.embed(analogy.PEOPLE, m=8, seed=3)
    assert words["king"] - words["man"] + words["woman"] == pytest.approx(words["queen"])
    for a, b, c, answer in (("king", "man", "woman", "queen"), ("girl", "woman", "queen", "princess")):
        best, cosine = analogy.solve(words, a, b, c)[0]
        assert (best, cosine) == (answer, pytest.approx(1))


def test_noise_spoils_it():
    question = ("king", "man", "woman", "queen")
    assert analogy.share(*question, m=50, noise=0.3) == 1
    assert analogy.share(*question, m=50, noise=10) < 0.5


def test_noise_has_the_length_it_says():
    words = analogy.embed({str(k): ("one",) for k in range(400)}, m=30, noise=0.5)
    vectors = np.array(list(words.values()))
    spread = np.linalg.norm(vectors - vectors.mean(0), axis=1)
    assert np.sqrt((spread**2).mean()) == pytest.approx(0.5, rel=0.02)


def test_bad_requests():
    words = analogy.embed(analogy.PEOPLE, m=8)
    assert "queen" not in [word for word, _ in analogy.solve(words, "queen", "man", "woman")]
    with pytest.raises(InputError, match="^word must be one of king, .*, got 'emperor'$"):
        analogy.solve(words, "emperor", "man", "woman")
    with pytest.raises(InputError, match=r"^noise must be at least 0, got -1$"):
        analogy.embed(analogy.PEOPLE, m=8, noise=-1)
    with pytest.raises(InputError, match="^m must be at least 2, got 1$"):
        analogy.embed(analogy.PEOPLE, m=1)
    with pytest.raises(InputError, match="^vocabularies must be at least 1, got 0$"):
        analogy.share("king", "man", "woman", "queen", m=8, vocabularies=0)
