"""Where the code of a claim and the configuration of a row stand, as addresses in the repository."""

import inspect
from pathlib import Path
from types import ModuleType

from tsup import gate, links
from tsup.paper.claim import Claim
from tsup.paper.rows import CHAPTERS, find

PACKAGE = Path(__file__).parents[2]


def code(claim: Claim) -> str:
    """The address of the function that tests a claim, with its line."""
    function = inspect.unwrap(claim.measure)
    return _address(inspect.getfile(function), function.__code__.co_firstlineno)


def config(row: str) -> str:
    """The address of the configurations of a row, with the line of its entry. Raises InputError for an unknown row."""
    experiment = find(row)
    module = next(one for one in CHAPTERS if experiment in one.EXPERIMENTS)
    return _address(str(module.__file__), _line(module, row))


def _line(module: ModuleType, row: str) -> int:
    """The line on which a row's entry names it."""
    lines = inspect.getsource(module).splitlines()
    return next(number for number, text in enumerate(lines, 1) if f'"{row}"' in text)


def _address(file: str, line: int) -> str:
    path = Path(file).relative_to(PACKAGE).as_posix()
    return f"{links.repository()}/blob/{links.SOURCE_BRANCH}/{path}#L{line}"


gate.close(globals())
