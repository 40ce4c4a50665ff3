"""How the gate says what is wrong."""

from typing import Any

import numpy as np

from tsup.errors import InputError


def wrong(name: str, allowed: str, value: Any) -> InputError:
    """The error of an argument that must be something else."""
    return InputError(f"{name} must be {allowed}, got {shown(value)}")


def shown(value: Any) -> str:
    """A value in one short line, for the message of an error; an array by its kind and shape."""
    if isinstance(value, np.ndarray) and value.size > 8:
        return f"an array of {value.dtype} of shape {value.shape}"
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__} that cannot be shown"
    return text if len(text) <= 80 else f"{text[:77]}…"
