"""A lab: the reader chooses a small world and trains a model on it; on a page of the book, one computed result."""

from importlib.util import find_spec
from typing import Any

from tsup import links
from tsup.errors import InputError
from tsup.host import where
from tsup.widgets import stills
from tsup.widgets.display import show
from tsup.widgets.trial import Choice, picture


class Still:
    """The one result of a lab that a page without a kernel can show, and where the lab itself runs."""

    def __init__(self, choice: Choice):
        self.choice = choice

    def _ipython_display_(self) -> None:
        trial = stills.load(self.choice) or stills.train_to_end(self.choice)
        show(picture(trial), notice=NOTICE.format(binder=links.binder(), colab=links.colab()))


NOTICE = (
    '<div class="tsup-notice"><p>This is one computed result. Other values need a kernel: '
    'open this page on <a href="{binder}">Binder</a> or on <a href="{colab}">Colab</a>, '
    "choose your own and press Train.</p></div>"
)


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
    answered in the panel. Rows F01, F08. On a page of the book, shows the result for the given values and says where
    others can be tried.
    """
    choice = Choice(n, hidden, density, decay, steps, replicas, seed, model)
    choice.setup()
    if where() == "book":
        return Still(choice)
    _check_widgets()
    from tsup.widgets.panel import Canvas, FreshCanvas, Panel

    return Panel(choice, FreshCanvas() if where() == "colab" else Canvas())


def _check_widgets() -> None:
    """Raise InputError unless what a panel is made of is installed; Colab has a way of its own to draw."""
    needed = ("ipywidgets",) if where() == "colab" else ("ipywidgets", "jupyter_bokeh")
    missing = [name for name in needed if not find_spec(name)]
    if missing:
        raise InputError(
            f"lab needs {' and '.join(missing)}, which cannot be found; install with: "
            'pip install "tsup[notebook]", then start the kernel again'
        )
