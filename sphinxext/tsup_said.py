"""The numbers that sentences of the pages state, as substitutions: {{ F14.features }}, from `tsup.paper.said`."""

from sphinx.application import Sphinx
from sphinx.config import Config

from tsup.paper.said import said


def _substitute(app: Sphinx, config: Config) -> None:
    config.myst_substitutions = said()


def setup(app: Sphinx) -> None:
    """Let the pages take their numbers from the runs."""
    app.connect("config-inited", _substitute)
