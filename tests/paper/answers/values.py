"""Answers to the exercises that ask for a number, several numbers or a text."""

from fractions import Fraction

import numpy as np

import tsup
from answers.made import Answers, OfAnotherFramework, array_forms, forms, parameter
from tsup import attack, measure
from tsup.paper.computation.analysis import computed
from tsup.paper.sparse.exercises import spare
from tsup.paper.strategic.exercises import _sharing

SPARE, LATENTS = spare()
C = np.cos(np.deg2rad(72))
SILENT = C**2 - 2 * C**3 / 3
TIE = (40 - 4 * np.sqrt(14)) / 43
SHARES = [2 / 5] * 5 + [2 / 3] * 3 + [1 / 2] * 2
UNREADABLE = [
    ("many", "must be"),
    (None, "must be"),
    ([1, 2], "yours holds 2"),
    ([], "empty"),
    (np.nan, "NaN"),
    (1j, "real numbers"),
    (True, "not True and False"),
    (lambda: 1, "must be"),
]


def number(value, *wrong):
    """Answers to an exercise that asks for one number."""
    return Answers(forms(value), [*wrong, *UNREADABLE])


def _pentagon_and_its_attack():
    W = tsup.load("F01").W.values[-1].astype(float)
    return W, attack.directions(W)[2]


def _given_up():
    norm = tsup.load("F22").norm.sel(density=0.3).values > 0.5
    return [(int(one.any(0).sum()), int(one[-1].sum())) for one in norm]


def _computed():
    data = tsup.load("F32")
    return int(computed(data)[data.density.values.tolist().index(0.01)])


def _collapses():
    data = tsup.load("F21")
    W = data.W.values
    near = (np.linalg.norm(W[..., ::2] - W[..., 1::2], axis=-2) < 0.1).sum(-1)
    return [data.density.values[near >= most].min() for most in (1, 2, 3)], data.density.values[near < 1]


def _octahedra():
    data = tsup.load("F23")
    return data.density.values, data.octahedra


def _penalties():
    penalty, shared = tsup.load("F35").penalty.values, _sharing()[1]
    return penalty[np.flatnonzero(shared)[-1] + np.arange(2)]


PENTAGON, ATTACK = _pentagon_and_its_attack()
(EVER, END), (EVER_2, END_2), _ = _given_up()
WHOLE = _computed()
(FIRST, SECOND, THIRD), APART = _collapses()
DENSITY, SHARE = _octahedra()
SHARED, ENOUGH = _penalties()
NINE_IN_TEN = DENSITY[SHARE.sel(scale=1.0).values >= 0.9]

VALUES = {
    "attack-direction": Answers(
        [*array_forms(ATTACK), ATTACK[:, None], ATTACK.round(2)],
        [
            (-ATTACK, "wrong sign"),
            (-3 * ATTACK, "wrong sign"),
            (measure.gram(PENTAGON)[2], "Scale it to 1"),
            (np.eye(5)[2], "moves only input 2"),
            (attack.directions(PENTAGON)[1], "by more, or is exceeded"),
            (PENTAGON[:, 2], "5 numbers"),
            ("up", "must be"),
        ],
    ),
    "digon-reach": number(
        *(
            0.1414,
            (0.1, "alone"),
            (0.2, "root of D"),
            (0.0707, "instead of multiplying"),
            (0.14, "more digits"),
        ),
        *((-0.1414, "wrong sign"), (1.4, "D_i is one half")),
    ),
    "waking-budget": number(
        *(0.1268, (0.2535, "a feature alone"), (0.0634, "root of D"), (0.0893, "squared norm already")),
        *((0.151, "enters squared"), (-0.1268, "wrong sign"), (0.13, "more digits"), (7, "solve for")),
    ),
    "best-reading": Answers(
        ["each, own norm", " each, own norm", np.str_("each, own norm"), ["each, own norm"]],
        [
            *(("each, mean norm", "higher one"), ("shared, own norm", "higher one")),
            *((answer, "one of these texts") for answer in ("own", 3, None, [])),
        ],
    ),
    "left-out-loss": number(
        *(0.1 / 3 - 0.01 / 4, (1 / 30, "output 0"), (1 / 12, "share p"), (1 / 120, "at times")),
        *((0.03, "more digits"), (1, "subtract")),
    ),
    "inhibition": number(-4, (4, "negative"), (-9, "less is enough"), (-2, "something is left")),
    "beyond-pairs": number(
        *(WHOLE - 20, (WHOLE, "how many it computes"), (WHOLE - 40, "20 features"), (-1, "one half")),
        (WHOLE - 19.5, "whole number"),
    ),
    "spread": number(
        *(400, (20, "1/√m, not 1/m"), (100, "spread by 0.100"), (-1, "positive"), (800, "0.035")),
    ),
    "how-many-at-once": number(
        *(
            9,
            (30, "in their squares"),
            (3, "simply added"),
            (25, "0.50"),
            (900, "root of k/m"),
            (-9, "negative"),
        ),
    ),
    "bound-features": number(
        *(30 / (1.1 * 0.05 * np.log(20)), (126.2, "natural"), (9.1, "times the density"), (4.94, "divide")),
        *((559.6, "not with S"), (180, "more digits"), (30, "solve")),
    ),
    "near-enough": number(
        *(0.3 / np.sqrt(2), (0.3, "can meet"), (0.15, "together"), (0.3536, "smallest entry")),
        *((0.2, "One of them is 0"), (0.045, "square"), (0.21, "more digits"), (-0.2121, "wrong sign")),
    ),
    "fewest-features": number(
        *(1 / np.e, (0.5, "only active"), (1, "any number"), (0.632, "the sparsity"), (np.e, "at most 1")),
        *((0.37, "more digits"), (0.1, "derivative")),
    ),
    "floor-levels": number(
        *(7, (6, "0.00116"), (10, "so is less"), (42, "Z²"), (8, "so is less"), (3, "half a level")),
    ),
    "ramp-share": number(
        *(0.2 / 3, (0.1, "three levels"), (0.2, "in levels"), (0.3, "no jump"), (0.0333, "one ramp")),
        *((0.07, "more digits"), (0.5, "how many ramps")),
    ),
    "encoder-units": number(
        *(9, (8, "y has to"), (10, "not needed"), (5, "takes two"), (4, "takes two"), (11, "first level")),
        (2, "two ReLUs a ramp"),
    ),
    "price": number(
        *(0.7**7 * (0.2 / 3 - 0.01), (0.0055, "b = 0"), (0.0567, "importance 1"), (0.00327, "count from 0")),
        *((0.00878, "sparsity S"), (0.005, "more digits"), (1, "p/3 − p²/4")),
    ),
    "pentagon": number(
        *(1.5, (2.5, "itself"), (0.4, "dimensionality"), (-1, "square"), (0.191, "144°"), (7, "72°")),
        (-1.5, "wrong sign"),
    ),
    "given-up": number(
        *(
            EVER - END,
            (EVER, "Leave out"),
            (END, "still represented"),
            (EVER_2 - END_2, "norm passes one half"),
        ),
        (EVER - END + 0.9, "whole number"),
    ),
    "collapsed-norm": number(
        *(
            3**-0.5,
            (1, "three times as large"),
            (1 / 3, "take a root"),
            (2**-0.5, "a pair"),
            (0.6, "more digits"),
        ),
        *((3**0.5, "projection"), (-(3**-0.5), "wrong sign")),
    ),
    "octahedron-share": Answers(
        [*array_forms(NINE_IN_TEN), NINE_IN_TEN[::-1], set(NINE_IN_TEN.tolist())],
        [
            (DENSITY[SHARE.sel(scale=0.1).values >= 0.9], "another scale"),
            (DENSITY[SHARE.mean("scale").values >= 0.9], "scale"),
            (DENSITY[SHARE.sel(scale=1.0).values >= 0.5], "scale"),
            (DENSITY, "too many"),
            (NINE_IN_TEN[:1], "missing"),
            (SHARE.sel(scale=1.0).values >= 0.9, "not True and False"),
        ],
    ),
    "how-many-empty": number(
        *(0.9**20, (1 - 0.9**20, "hold something"), (0.9, "at once"), (18, "multiply"), (0.1**20, "S = 0.9")),
        (0.5, "each of its 20"),
    ),
    "bound": number(
        *(4 / 3, (4, "could be removed"), (0.75, "inverse"), (1.3, "more digits"), (2, "everything but")),
    ),
    "dead-output": number(4, (4 / 3, "E x²"), (0.25, "other way round"), (7, "compare E x²")),
    "by-hand": number(
        *(
            370 / 12,
            (370 / 3, "dead outputs"),
            (400 / 12, "dimension of their own"),
            (340 / 12, "always meet"),
        ),
        *((31, "more digits"), (1, "count the features")),
    ),
    "left-out": number(
        *(0.004975, (4 * 0.05**2 / 6 + 0.01 / 3, "bias"), (0.0177, "not 0.05"), (0.001667, "digons alone")),
        *((0.00414, "each loses"), (0.00331, "both their features"), (1, "add p²/6")),
    ),
    "first-collapse": number(
        *(FIRST, (THIRD, "all three"), (SECOND, "two pairs"), (APART.max(), "too early"), (3, "below 0.1")),
    ),
    "where-sharing-begins": number(
        *(4 / 13, (0.727, "r ≥ 1"), (0.4, "best constant"), (0.5, "p²"), (0.571, "triple point")),
        *((9 / 13, "sparsity"), (0.3, "more digits"), (0.1, "solve for p")),
    ),
    "unequal-densities": number(
        *(
            0.5 * 0.1 * 2 / 6,
            (0.1**2 / 3, "0.1 for both"),
            (0.5**2 / 3, "0.5 for both"),
            (0.03, "mean density"),
        ),
        *((0.05 / 6, "both outputs"), (0.03083, "ignoring the rare"), (1, "p₁p₂"), (0.02, "p₁p₂")),
    ),
    "confused-or-antipodal": number(
        *(TIE, (4 / 7, "triple point"), (1.2783, "at most 1"), (1 - TIE, "sparsity"), (2, "(0, 1]")),
        *((0.4, "the antipodal pair is cheaper by"), (0.8, "the confused model is cheaper by")),
        (0.6, "more digits"),
    ),
    "harmless-turns": number(
        *(
            120,
            (3840, "change of sign"),
            (1, "change places"),
            (np.inf, "change places"),
            (12, "no negative"),
        ),
        (119.9, "whole number"),
    ),
    "room-for-sets": number(10, (31, "contain others"), (5, "single neurons"), (7, "of one size")),
    "bias-by-number": Answers(
        [*forms(50), 16 / 0.3 - 4],
        [
            (53.33, "square of the mean"),
            (12.33, "one standard"),
            (49, "round up"),
            (400, "solve"),
            *UNREADABLE,
        ],
    ),
    "bipyramid": Answers(
        [*array_forms(SHARES), [Fraction(2, 5)] * 5 + [Fraction(2, 3)] * 3 + [Fraction(1, 2)] * 2],
        [
            (SHARES[:3], "10 numbers"),
            ([0.5] * 10, "do not share alike"),
            (SHARES[::-1], "another order"),
            ([0.4] * 5 + [0.7] * 3 + [0.5] * 2, "more digits"),
            ([1] * 10, "d/k each"),
            (0.5, "10 numbers"),
        ],
    ),
    "first-bit": number(
        *(0.5, (2 / 3, "r = 1"), (1 / 3, "halve the interference"), (1, "output 0"), (4 / 7, "whole pair")),
        (0.2, "collect the terms"),
    ),
    "last-norm": number(
        *((2 / 3) ** 0.5, (2 / 3, "its square"), (1, "without a penalty"), (0.7258, "that is the penalty")),
        *(
            (3**-0.5, "bends most"),
            (0.8, "more digits"),
            (0.3, "as large as it can"),
            (-0.8165, "wrong sign"),
        ),
    ),
    "penalty-enough": number(
        ENOUGH, (SHARED, "still share"), (1, "start from the largest"), (-1, "start from")
    ),
    "later-layers": Answers(
        [*array_forms([1, 0.7, 0.5]), {0.5, 0.7, 1.0}],
        [
            ([0.35, 0.25, 0.15, 0.1, 0.05, 0.02], "Which have none"),
            ([1.0], "several of them"),
            *UNREADABLE[1:2],
        ],
    ),
    "shrunk-code": number(
        *(
            0.6,
            (0.5, "factor of 2"),
            (0.7, "without a penalty"),
            (0.8, "down, not up"),
            (0.56, "not a share"),
        ),
    ),
    "spare-latents": number(
        SPARE,
        (LATENTS - SPARE, "have none"),
        (LATENTS, "all latents"),
        (3.5, "whole number"),
        (SPARE + 1, "compare every latent"),
    ),
    "free-of-charge": number(
        *(
            20,
            (10, "without a ReLU"),
            (11, "simplex"),
            (21, "acute"),
            (100, "inner product"),
            (20.5, "whole"),
        ),
    ),
    "silence": Answers(
        [
            *((-C, SILENT), (-0.309, 0.0758), [[-C, SILENT]], np.array([-C, SILENT])),
            *([parameter(-C), parameter(SILENT)], OfAnotherFramework((-C, SILENT))),
        ],
        [
            ((C, SILENT), "negative"),
            ((-np.cos(72), SILENT), "radians"),
            ((-0.2, SILENT), "comes through"),
            ((-0.5, SILENT), "less would do"),
            ((-C, C**2), "bias is right"),
            ((-C, 5 * SILENT), "all five"),
            ((-0.3, SILENT), "more digits"),
            ((SILENT, -C), "bias comes first"),
            (-C, "2 numbers"),
            ((-C, SILENT, 0), "2 numbers"),
        ],
    ),
}
