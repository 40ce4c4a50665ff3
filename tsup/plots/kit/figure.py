"""A figure: a Bokeh layout together with the words that belong to it."""

from dataclasses import dataclass

from bokeh.models import LayoutDOM

from tsup.gate.words import wrong


@dataclass(frozen=True)
class Figure:
    """A Bokeh layout with its caption and its alternative text.

    caption: what to look for and what was trained; the numbers come from a config, never from a keyboard.
    alt: what this figure shows, measured from the very arrays it draws.

    Raises InputError for anything else.
    """

    layout: LayoutDOM
    caption: str
    alt: str

    def __post_init__(self) -> None:
        if not isinstance(self.layout, LayoutDOM):
            raise wrong("layout", "a layout of Bokeh", self.layout)
        for name in ("caption", "alt"):
            if not isinstance(getattr(self, name), str):
                raise wrong(name, "text", getattr(self, name))
