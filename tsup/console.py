"""What the command line prints, whatever its output is: a terminal, a file, a pipe that closes, full, or ASCII only."""

import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from tsup.errors import InputError


def prepare() -> None:
    """Let characters that the output's encoding lacks become "?". Raises InputError for a closed standard output."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    if sys.stdout is None:
        raise InputError("standard output must be open, got a closed one")


def finish() -> None:
    """Write what is still held back, so that an error comes up here and not at the interpreter's end."""
    sys.stdout.flush()


def give_up() -> None:
    """Leave standard output as it is: what is held back for it goes nowhere."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(text: str) -> None:
    """Print a line to standard error, if there is one."""
    with suppress(OSError, ValueError):
        print(f"tsup: {' '.join(text.split())}", file=sys.stderr or io.StringIO())


def print_json(value: Any) -> None:
    """Print JSON, escaped where the output's encoding is not Unicode."""
    unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    print(json.dumps(value, ensure_ascii=not unicode, indent=2))


def print_line(first: str, style: str, rest: str) -> None:
    """Print one line whose first words have a style on a terminal; it is not broken, however narrow that is."""
    Console().print(Text.assemble((first, style), " ", rest), soft_wrap=True)


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, as wide as the terminal or 120 characters."""
    table = Table(*(Column(head, overflow="fold") for head in heads), title=title, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 120).print(table)
