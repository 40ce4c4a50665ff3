"""What figures run in the reader's browser: one JavaScript file for each thing that is done.

A script's free variables are the arguments that it is given, and Bokeh's own: cb_obj, cb_data, cb_context.
"""

from importlib import resources
from typing import Any

from bokeh.models import CustomJS, CustomJSHover


def text(*names: str) -> str:
    """The scripts of these names, one after another: the later ones use what the earlier ones define."""
    return "\n".join((resources.files(__name__) / f"{name}.js").read_text(encoding="utf-8") for name in names)


def call(*names: str, **args: Any) -> CustomJS:
    """A callback that runs these scripts with these arguments."""
    return CustomJS(args=args, code=text(*names))


def write(*names: str, **args: Any) -> CustomJSHover:
    """How a number beside the pointer is written: what the scripts return for `value` and `special_vars`."""
    return CustomJSHover(args=args, code=text(*names))
