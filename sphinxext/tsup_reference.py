"""The reference of the library: what autodoc reads off its modules, whose docstrings are prose and no markup.

A docstring's paragraphs, its lines "name: what it is", and its indented examples keep their form; nothing in it is
markup but code between backticks.
"""

import inspect
import re
from collections.abc import Iterator
from dataclasses import is_dataclass

from pydantic.dataclasses import is_pydantic_dataclass
from sphinx.application import Sphinx

CODE = re.compile(r"`([^`]+)`")
MARKUP = re.compile(r"([*|\\])|(?<=\w)(_)(?=\W|$)")
NAMED = re.compile(
    r"^(?P<names>[a-z_]\w*(?:(?:, | and )[a-z_]\w*)*): (?P<says>.*)$", re.ASCII | re.IGNORECASE
)
ITEM = re.compile(r"^- ")


def escaped(text: str) -> str:
    """Text in which only code between backticks is markup."""
    parts = CODE.split(text)
    return "".join(
        f"``{part}``" if place % 2 else MARKUP.sub(lambda found: "\\" + found[0], part)
        for place, part in enumerate(parts)
    )


def paragraphs(lines: list[str]) -> Iterator[list[str]]:
    """A docstring's paragraphs: lines between empty ones."""
    current: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            current.append(line)
        elif current:
            yield current
            current = []


def entries(lines: list[str]) -> list[str]:
    """Lines of "name: what it is" as a list, in which a line that is none goes on with the one before."""
    found: list[str] = []
    for line in lines:
        named = NAMED.match(line)
        if named and not line.startswith(" "):
            found.append(f"- ``{named['names']}``: {escaped(named['says'])}")
        else:
            found.append(("  " if found else "") + escaped(line.strip()))
    return found


def formed(paragraph: list[str]) -> list[str]:
    """A paragraph as reStructuredText."""
    if all(line.startswith("    ") for line in paragraph):
        return ["::", "", *paragraph]
    if NAMED.match(paragraph[0]) and not paragraph[0].startswith("Raises"):
        return entries(paragraph)
    if ITEM.match(paragraph[0]):
        return [escaped(line) for line in paragraph]
    head = next((k for k, line in enumerate(paragraph) if line.startswith("    ")), len(paragraph))
    text, rest = paragraph[:head], paragraph[head:]
    follows = [
        "",
        "::",
        "",
        *(line if line.startswith("    ") else f"    {line}" for line in rest),
    ]
    return [escaped(line) for line in text] + (follows if rest else [])


def _form(app: Sphinx, what: str, name: str, found: object, options: object, lines: list[str]) -> None:
    if isinstance(found, type) and issubclass(found, tuple) and "Alias for field" in " ".join(lines):
        lines.clear()
    lines[:] = [one for paragraph in paragraphs(lines) for one in [*formed(paragraph), ""]]


def plain_signature(found: type) -> str:
    """What a configuration is called with: names and defaults, without the checks that its annotations carry."""
    signed = inspect.signature(found)
    given = [one.replace(annotation=inspect.Parameter.empty) for one in signed.parameters.values()]
    return str(signed.replace(parameters=given, return_annotation=inspect.Signature.empty))


def _sign(
    app: Sphinx,
    what: str,
    name: str,
    found: object,
    options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    if isinstance(found, type) and (is_pydantic_dataclass(found) or is_dataclass(found)):
        return plain_signature(found), None
    return signature and re.sub(r"~?\b(numpy|typing|collections\.abc)\.", "", signature), returns


def setup(app: Sphinx) -> None:
    """Have autodoc read the library."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-signature", _sign)
    app.connect("autodoc-process-docstring", _form)
