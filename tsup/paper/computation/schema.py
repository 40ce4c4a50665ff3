"""What the files of absolute values hold (F31, F32, F34)."""

import numpy as np

from tsup.paper.assemble import DENSITY, IMPORTANCE
from tsup.paper.schema import POSITIVE, Variable, coordinate

AXES = {"W1": ("hidden", "feature"), "W2": ("feature", "hidden"), "b": ("feature",)}
WORDS = {"W1": "input weights", "W2": "output weights", "b": "output biases"}
BEST = (
    *(
        Variable(name, ("density", *axes), f"{WORDS[name]} of the best start", dtype="float32")
        for name, axes in AXES.items()
    ),
    Variable("loss", ("density", "start"), "loss of every start, summed over features", POSITIVE),
    *(DENSITY, IMPORTANCE),
)
HAND = Variable("hand_loss", ("density",), "loss of the model by hand on the same rows", POSITIVE)
TESTED = (
    HAND,
    Variable("ordinary_loss", ("density", "ordinary_start"), "loss of every ordinary start", POSITIVE),
    Variable("test_loss", ("model", "density"), "loss on new rows", POSITIVE),
    Variable(
        *("explained", ("model", "density", "feature")),
        "share of the variance of |x_i| that the output explains",
        *((-np.inf, 1.0), "float32"),
    ),
    coordinate("model", "best start, best ordinary start, or by hand", dtype="str"),
)
SPARSITIES = (*BEST, *TESTED)
SEARCHED = (
    HAND,
    *(
        Variable(
            f"starts_{name}",
            ("density", "start", *AXES[name]),
            f"{WORDS[name]} of every start",
            dtype="float32",
        )
        for name in ("W1", "W2")
    ),
)
SEARCH = (*BEST, *SEARCHED)
