"""Colours with one meaning across the book, legible on white and on dark paper and safe for colour-blind readers.

Every colour that carries meaning has a contrast of at least 3 to 1 on both of the book's backgrounds, and a scale's
zero fades into whichever background the page has.
"""

import numpy as np
from bokeh.models import LinearColorMapper
from bokeh.palettes import interp_palette

FEATURES = ("#0072b2", "#d55e00", "#009e73", "#c12292", "#9d87bc", "#9a5949", "#1493fa", "#5957ec")
SEQUENCE = ("#a23fb4", "#5f61ee", "#1f7fc4", "#0b8f91", "#2f9a5c")
SLATE, GOLD = "#71829a", "#bd8200"
NEGATIVE, POSITIVE = "#3f6fd8", "#d6455d"
ACTIVE = "#168a97"
ABSENT = f"{SLATE}2e"  # a feature that is not learned: so pale that the page shows through

SIGNED_LIMIT = 1.5
STEPS = 64


def sequence(count: int) -> list[str]:
    """Colours for an ordered quantity, violet to green, one for each of `count` levels."""
    return list(interp_palette(SEQUENCE, count))


def features(importance: np.ndarray) -> list[str]:
    """A colour for every feature: distinct ones up to eight, beyond that a sequence by falling importance."""
    n = len(importance)
    if n <= len(FEATURES):
        return list(FEATURES[:n])
    colours, order = sequence(n), np.argsort(-importance, kind="stable")
    return [colours[rank] for rank in np.argsort(order)]


def foremost(importance: np.ndarray) -> list[str]:
    """Distinct colours for the eight most important features, slate for all others."""
    colours = [*FEATURES, *[SLATE] * len(importance)]
    return [colours[rank] for rank in np.argsort(np.argsort(-importance, kind="stable"))]


def superposition() -> LinearColorMapper:
    """Interference in [0, 1]: slate for a feature alone, gold at 1 and above for one that shares."""
    return LinearColorMapper(palette=list(interp_palette((SLATE, GOLD), STEPS)), low=0.0, high=1.0)


def signed() -> LinearColorMapper:
    """Signed weights, symmetric about zero, which is clear; past ±1 the colour still deepens, up to ±1.5."""
    size = np.linspace(0, SIGNED_LIMIT, STEPS)
    strength = np.where(size < 1, 0.86 * size**0.8, np.interp(size, (1, SIGNED_LIMIT), (0.86, 1)))
    fade = [f"{round(255 * alpha):02x}" for alpha in strength]
    palette = [NEGATIVE + alpha for alpha in reversed(fade)] + [POSITIVE + alpha for alpha in fade]
    return LinearColorMapper(palette=palette, low=-SIGNED_LIMIT, high=SIGNED_LIMIT)


def active() -> LinearColorMapper:
    """Values of features in [0, 1]: clear where a feature is off, and visible however small its value."""
    palette = [f"{ACTIVE}{round(alpha):02x}" for alpha in np.linspace(70, 255, STEPS)]
    return LinearColorMapper(palette=palette, low=1e-6, high=1.0, low_color="#00000000")


BLENDS = 12


def phases() -> LinearColorMapper:
    """The three colours of phase diagrams and what lies between them, for numbers made by `blend`.

    Pale where a feature is not learned, slate where it has a dimension of its own, gold where it shares one.
    """
    steps = np.linspace(0, 1, BLENDS + 1)
    palette = [_mixed(norm, shared) for norm in steps for shared in steps]
    return LinearColorMapper(palette=palette, low=-0.5, high=len(palette) - 0.5)


def blend(norm: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """The number of the colour that `phases` has for norms and shares, both clipped to [0, 1]."""
    row, column = (np.rint(BLENDS * np.clip(values, 0, 1)) for values in (norm, shared))
    return row * (BLENDS + 1) + column


def _mixed(norm: float, shared: float) -> str:
    absent, alone, gold = (
        np.array(list(bytes.fromhex(colour[1:].ljust(8, "f")))) for colour in (ABSENT, SLATE, GOLD)
    )
    mixed = (1 - norm) * absent + norm * ((1 - shared) * alone + shared * gold)
    return f"#{bytes(np.rint(mixed).astype(int).tolist()).hex()}"
