"""Which models the compiled kernels train: a positive list of what a model may declare of its equation."""

from itertools import product

from tsup.config import Equation, Setup, equation
from tsup.errors import InputError

FORMS = {"linear": 0, "relu": 1, "gelu": 2, "silu": 3, "square": 4}  # of outputs, as the kernels number them
_HIDDEN = (("linear", False), ("relu", False), ("relu", True))  # activation, and whether there is a bias c
COVERED = {
    Equation(tied, hidden, output, bias=True, hidden_bias=hidden_bias, target=target)
    for tied, (hidden, hidden_bias), output, target in product(
        (True, False), _HIDDEN, FORMS, ("identity", "absolute")
    )
}


def uncovered_model(setup: Setup) -> str | None:
    """What keeps compiled kernels from training this setup's model; None where nothing does."""
    try:
        own = equation(setup.model)
    except InputError as error:
        return f"an unknown kind of model ({error})"
    return None if own in COVERED else f"models {own.words}"
