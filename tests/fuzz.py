"""Calls every public function with right and wrong arguments, drawn at random: `python tests/fuzz.py 1000 [NAME]`.

Run by test_fuzz.py in a process without type hooks, as users meet the functions. The public surface is enumerated, so
that a new function is called too; what it is called with follows from its annotations and from the shapes that its
docstring gives. Prints a line for each kind of error that is none of the project's own, and counts.
"""

import contextlib
import inspect
import io
import resource
import sys
import tempfile
import warnings
from collections import deque
from dataclasses import dataclass, field, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import FunctionType
from typing import Any

from fuzz_arguments import Target, calls
from hypothesis import HealthCheck, Phase, given, settings

import tsup
from tsup import config
from tsup.errors import InputError, TrainingError
from tsup.paper import claims, exercises

MEMORY = 10 * 2**30  # a request beyond it is a MemoryError, not a machine that swaps
INTERNAL = {  # with tests of their own
    # behind the command line and the functions
    *("__main__", "commands", "console", "files", "host", "threads"),
    *("activations", "gate", "backends", "draws", "cache", "progress", "words"),
    *("bench", "paper.doubling", "paper.soundness"),  # rows and workloads as a whole, for minutes
}
LEFT_OUT = {
    "results.write",  # leaves files; see test_results.py
    "config.configuration",
    "config.at_least",
}


def public() -> dict[str, Any]:
    """What users may call, by name: what a module exports by `__all__` or has gated, and all of those without one."""
    found: dict[str, Any] = {}
    for place in walk_packages(tsup.__path__, "tsup."):
        path = place.name.removeprefix("tsup.")
        if any(f"{path}.".startswith(f"{name}.") for name in INTERNAL):
            continue
        module = import_module(place.name)
        exported = getattr(module, "__all__", ())
        for name, thing in vars(module).items():
            if not callable(thing) or name.startswith("_") or thing in found.values():
                continue
            own = getattr(thing, "__module__", "") == module.__name__
            gated = own and isinstance(thing, FunctionType) and hasattr(thing, "__wrapped__")
            offered = name in exported if exported else own and "." not in path
            if offered or gated:
                found[f"{path}.{name}"] = thing
    return {name: thing for name, thing in found.items() if name not in LEFT_OUT}


def targets() -> list[Target]:
    """The public functions and validated classes; checkers by exercise, and claims on datasets."""
    found = [Target(name, thing) for name, thing in public().items() if _checks_its_arguments(thing)]
    configs = [
        one for one in found if isinstance(one.function, type) and issubclass(one.function, config.Config)
    ]
    for kind in ("from_dict", "from_json"):
        found += [Target(f"{one.name}.{kind}", getattr(one.function, kind)) for one in configs]
    found += [
        Target(f"exercises.check {name}", exercises.check, {"name": name}) for name in exercises.EXERCISES
    ]
    firsts = {c.row: c.id for c in reversed(claims.CLAIMS.values()) if c.sources}.values()
    return found + [Target(f"claims.check {id}", claims.check, {"names": (id,)}, 5) for id in firsts]


def _checks_its_arguments(thing: Any) -> bool:
    """Functions do, and classes with a constructor of their own; records hold what they are given."""
    if not isinstance(thing, type):
        return isinstance(thing, FunctionType)
    written = "__init__" in vars(thing) and not is_dataclass(thing)
    return written or (issubclass(thing, config.Config) and thing is not config.Config)


@dataclass
class Found:
    """How many calls were made, how many raised what is none of the project's own errors, and examples by kind."""

    calls: int = 0
    raw: int = 0
    kinds: dict[str, str] = field(default_factory=dict)

    def add(self, kind: str, arguments: tuple[list, dict]) -> None:
        """Count a raw error."""
        self.raw += 1
        self.kinds.setdefault(kind, " ".join(repr(arguments).split())[:300])


def fuzz(target: Target, examples: int) -> Found:
    """Call a function with so many examples."""
    found, declared = Found(), inspect.getdoc(target.function) or ""

    @settings(
        max_examples=max(1, examples // target.one_in),
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(target))
    def once(arguments: tuple[list, dict]) -> None:
        found.calls += 1
        try:
            made = target.function(*arguments[0], **arguments[1])
            deque(made if inspect.isgenerator(made) else (), maxlen=0)
        except (InputError, TrainingError) as error:
            if "\n" in str(error):
                found.add("an error of more than one line", arguments)
        except Exception as error:
            if type(error).__name__ not in declared:
                found.add(_place(error), arguments)

    once()
    return found


def _place(error: Exception) -> str:
    frames = [f for f in inspect.getinnerframes(error.__traceback__) if "/tsup/" in f.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}: {' '.join(str(error).split())[:90]}"


def main(examples: int, only: str = "") -> int:
    """Fuzz everything, or what has `only` in its name; 1 if a raw error came out."""
    whole: dict[str, Found] = {}
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        for target in targets():
            if only in target.name:
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    found = fuzz(target, examples)
                for kind, example in found.kinds.items():
                    print(f"{target.name}: {kind}  <- {example}", flush=True)
                part = whole.setdefault(target.name.partition(".")[0], Found())
                part.calls, part.raw = part.calls + found.calls, part.raw + found.raw
    for part, found in whole.items():
        print(f"{part}: {found.raw} of {found.calls} calls raised a raw error")
    return int(any(found.raw for found in whole.values()))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
