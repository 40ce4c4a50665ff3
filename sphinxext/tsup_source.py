"""From a concept to the lines that do it: {source}`tsup.measure.interference` leads to them on a page of the site.

The pages of the sources are made of today's files, one for every module that a page links to.
"""

import inspect
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

FOLDER = "source"
Module = tuple[str, Path]  # its name, and its file


def found(name: str) -> tuple[Module, int]:
    """The module that defines what has this full name, and the line where it begins. Raises ImportError for others."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            value: Any = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            value = getattr(value, part)
        value = inspect.unwrap(value) if callable(value) else value
        module = inspect.getmodule(value)
        file = inspect.getsourcefile(value)
        if module is None or file is None:
            break
        return (module.__name__, Path(file)), inspect.getsourcelines(value)[1] or 1
    raise ImportError(f"nothing is called {name}")


def page(module: str) -> str:
    """The page of a module's source."""
    return f"{FOLDER}/{module.replace('.', '/')}"


class Source(SphinxRole):
    """A link to the lines that define something in the library."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """The name as code, which leads to its lines."""
        try:
            (module, file), line = found(self.text)
        except (ImportError, AttributeError, TypeError, OSError) as error:
            said = self.inliner.reporter.error(f"source: {error}", line=self.lineno)
            return [], [said]
        linked: dict[str, dict[str, str]] = self.env.__dict__.setdefault("tsup_sources", {})
        linked.setdefault(self.env.docname, {})[module] = str(file)
        self.env.note_dependency(str(file))
        up = "../" * self.env.docname.count("/")
        address = f"{up}{page(module)}.html#L-{line}"
        short = nodes.literal("", self.text.removeprefix("tsup."))
        return [nodes.reference("", "", short, refuri=address, internal=True, classes=["tsup-source"])], []


def _forget(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    env.__dict__.setdefault("tsup_sources", {}).pop(docname, None)


def _pages(app: Sphinx):
    """A page for each module that is linked."""
    linked: dict[str, dict[str, str]] = app.env.__dict__.get("tsup_sources", {})
    modules = {module: file for one in linked.values() for module, file in one.items()}
    form = HtmlFormatter(linespans="L", wrapcode=True)
    for module, file in sorted(modules.items()):
        code = highlight(Path(file).read_text(), PythonLexer(), form)
        title = f"Source of {module}"
        body = f'<section><h1>{title}</h1><div class="tsup-lines highlight-python notranslate">{code}</div></section>'
        yield page(module), {"title": title, "body": body, "parents": []}, "page.html"


def setup(app: Sphinx) -> None:
    """Connect the role and the pages to the build."""
    app.add_role("source", Source())
    app.connect("env-purge-doc", _forget)
    app.connect("html-collect-pages", _pages)
