"""A figure: a Bokeh layout together with the words that belong to it."""

from dataclasses import dataclass

from bokeh.models import LayoutDOM


@dataclass(frozen=True)
class Figure:
    """A Bokeh layout with its caption and its alternative text.

    caption: what to look for and what was trained; the numbers come from a config, never from a keyboard.
    alt: what this figure shows, measured from the very arrays it draws.
    """

    layout: LayoutDOM
    caption: str
    alt: str
