"""A lab: the reader chooses a small world and trains a model on it, in a kernel."""

from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from tsup.errors import InputError
from tsup.host import where
from tsup.widgets.lives import Page, made
from tsup.widgets.trial import Choice


def lab(
    n: int = 5,
    hidden: int = 2,
    density: float = 0.05,
    decay: float = 0.9,
    steps: int = 2000,
    replicas: int = 8,
    seed: int = 0,
    model: str = "ReLU output",
) -> Any:
    """A panel that trains a model in the kernel and draws it while it learns.

    n: features, 1 … 200. hidden: dimensions, 1 … n, or for absolute values neurons, ≥ 1. density: p in (0, 1]. decay:
    feature i has importance decayⁱ, in (0, 1]. steps: Adam updates, ≥ 1. replicas: starts, ≥ 1, of which the best is
    shown. seed: ≥ 0. model: "ReLU output", "linear", "ReLU hidden" or "absolute value".

    Raises InputError for values that cannot be trained, and where widgets are not installed; values entered later are
    answered in the panel. Rows F01, F08. On a page of the book, it trains in the page, as `live` does.
    """
    choice = Choice(n, hidden, density, decay, steps, replicas, seed, model)
    choice.setup()
    if where() == "book":
        return _in_the_page(choice)
    _check_widgets()
    from tsup.widgets.panel import Canvas, FreshCanvas, Panel

    return Panel(choice, FreshCanvas() if where() == "colab" else Canvas())


def _in_the_page(choice: Choice) -> Page:
    """The same world and model, as the page can train them."""
    setup = choice.setup()
    training = replace(setup.training, snapshots=(), readout=None, schedule="constant")
    return Page(made(setup.features, setup.model, training, name="lab"))


def _check_widgets() -> None:
    """Raise InputError unless what a panel is made of is installed; Colab has a way of its own to draw."""
    needed = ("ipywidgets",) if where() == "colab" else ("ipywidgets", "jupyter_bokeh")
    missing = [name for name in needed if not find_spec(name)]
    if missing:
        raise InputError(
            f"lab needs {' and '.join(missing)}, which cannot be found; install with: "
            'pip install "tsup[notebook]", then start the kernel again'
        )
