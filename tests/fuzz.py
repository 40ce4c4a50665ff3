"""Calls every public function with arguments drawn at random; run by test_gate.py in a process without type hooks.

Prints a line for each function from which another error than the project's own came out, and how many calls were made.
"""

import contextlib
import inspect
import io
import resource
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FunctionType

import numpy as np
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tsup import (
    analogy,
    attack,
    circuits,
    claims,
    config,
    data,
    directions,
    exact,
    exercises,
    experiments,
    geometry,
    links,
    measure,
    plots,
    results,
)
from tsup.errors import InputError, TrainingError
from tsup.plots import sizes, speed, spent

MEMORY = 8 * 2**30  # a request beyond it is a MemoryError, not a machine that swaps
CLASSES = [
    getattr(config, n)
    for n in (
        "AbsValue",
        "Activated",
        "Attack",
        "Features",
        "Linear",
        "ReluHidden",
        "ReluOutput",
        "Setup",
        "Training",
    )
]
PARTS = (
    measure,
    directions,
    attack,
    circuits,
    analogy,
    exact,
    exact.theory,
    plots,
    sizes,
    speed,
    spent,
    geometry.factors,
    geometry.hull,
    geometry.polytopes,
    geometry.pose,
    geometry.simplices,
    geometry.thomson,
    data,
    results,
    links,
)
ALONE = (exercises.check, claims.check, claims.select, experiments.find)
LEFT_OUT = {"folder", "own_folder", "versions", "write", "generator"}  # write: see its own tests

number = st.sampled_from(
    [
        0,
        1,
        2,
        3,
        5,
        -1,
        10**10,
        10**20,
        10**400,
        True,
        0.5,
        0.9,
        1e-6,
        1e200,
        1e-200,
        -2.5,
        np.inf,
        np.nan,
        np.float32(0.5),
        np.int64(2),
        np.array(0.1),
        1 + 1j,
    ]
)
text = st.sampled_from(["", "a", "F08", "relu", "gelu", "triangle", "spread", "\0", "½" * 300])
odd = st.sampled_from(
    [
        None,
        ...,
        object(),
        b"x",
        {1},
        len,
        torch.ones(2, 3, requires_grad=True),
        range(3),
        np.array(["a", "b"]),
        np.array([1j, 2]),
        np.array([None, 1]),
        [[1, 2], [3]],
        [],
        {},
        [10**400],
    ]
)


@st.composite
def arrays(draw):
    """An array of small, often repeated sizes, seldom with something wrong in it."""
    shape = draw(st.lists(st.sampled_from([1, 2, 2, 3, 3, 4, 0]), max_size=3))
    random = np.random.default_rng(draw(st.integers(0, 3)))
    kind = draw(
        st.sampled_from(
            ["unit", "unit", "normal", "rising", "whole", "zeros", "holes", "huge", "tiny", "list"]
        )
    )
    unit = random.uniform(0.05, 1, shape)
    if kind == "rising":
        return np.sort(unit, axis=0) if shape else unit
    made = {
        "unit": unit,
        "normal": random.standard_normal(shape),
        "whole": random.integers(0, 4, shape),
        "zeros": np.zeros(shape),
        "holes": np.where(unit < 0.5, np.nan, unit),
        "huge": 1e160 * unit,
        "tiny": 1e-170 * unit,
        "list": unit.tolist(),
    }
    return made[kind]


anything = st.one_of(arrays(), arrays(), arrays(), number, text, odd)
labelled = st.dictionaries(st.sampled_from(["a", "b", "c", 1]), anything, max_size=3)
value = st.one_of(
    anything, anything, labelled, st.lists(anything, max_size=3), st.dictionaries(text, labelled, max_size=2)
)


def wanted(parameter: inspect.Parameter) -> st.SearchStrategy:
    """Mostly what the annotation seems to ask for, so that calls get past the door; sometimes anything."""
    about = str(parameter.annotation)
    if "Mapping" in about:
        likely = labelled
    elif "Array" in about or "ndarray" in about or "Numbers" in about or "Float" in about:
        likely = arrays()
    elif about in ("<class 'int'>", "<class 'float'>", "float | int", "int | None"):
        likely = number
    elif "str" in about and "Sequence" not in about:
        likely = text
    else:
        likely = st.lists(anything, max_size=3)
    return st.one_of(likely, likely, likely, value)


def functions() -> list[Callable]:
    """Every public function, once."""
    found = [
        f
        for part in PARTS
        for name, f in vars(part).items()
        if isinstance(f, FunctionType)
        and not name.startswith("_")
        and name not in LEFT_OUT
        and f.__module__.startswith(part.__name__)
    ]
    return [*dict.fromkeys([*found, *ALONE, *CLASSES])]


@st.composite
def calls(draw, function):
    """Arguments by position and by name, now and then one too few."""
    args, kwargs = [], {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += draw(st.lists(wanted(parameter), min_size=1, max_size=2))
        elif parameter.kind is not parameter.VAR_KEYWORD and (
            parameter.default is parameter.empty or draw(st.booleans())
        ):
            kwargs[name] = draw(wanted(parameter))
    return args, kwargs


def fails(function: Callable, examples: int) -> tuple[int, list[str]]:
    """How many calls were made, and the errors that are none of the project's."""
    made, wrong = 0, {}

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(calls(function))
    def call(arguments):
        nonlocal made
        made += 1
        try:
            function(*arguments[0], **arguments[1])
        except (InputError, TrainingError) as error:
            if "\n" in str(error):
                wrong[f"more than one line: {error}"] = arguments
        except Exception as error:
            line = error.__traceback__
            while line.tb_next:
                line = line.tb_next
            mine = [f for f in inspect.getinnerframes(error.__traceback__) if "tsup/" in f.filename]
            place = f"{Path(mine[-1].filename).name}:{mine[-1].lineno}" if mine else "?"
            wrong.setdefault(f"{type(error).__name__} at {place}: {str(error)[:90]}", arguments)

    call()
    return made, [f"{why}  <- {str(arguments)[:300]}" for why, arguments in wrong.items()]


def main(examples: int, only: str = "") -> int:
    """Call everything; the number of kinds of raw errors."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    total = bad = 0
    with tempfile.TemporaryDirectory() as place, contextlib.chdir(place):
        for function in functions():
            name = f"{function.__module__}.{function.__qualname__}"
            if only in name:
                print(name, file=sys.stderr, flush=True)
                with contextlib.redirect_stdout(io.StringIO()):
                    made, wrong = fails(function, examples)
                total, bad = total + made, bad + len(wrong)
                for why in wrong:
                    print(f"{name}: {why}", flush=True)
    print(f"{total} calls, {bad} kinds of raw errors")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), *sys.argv[2:]))
