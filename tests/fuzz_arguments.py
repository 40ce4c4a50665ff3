"""What the public functions are called with: arguments that are right, as far as their annotations say, and others.

Arrays get the shapes that annotations and docstrings give them, and all arguments of a call are about one tiny setup.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import numpy as np
import torch
import xarray as xr
from hypothesis import strategies as st

from tsup import config, models, plots, sparse_coding
from tsup.paper import claims
from tsup.paper.results import load
from tsup.run import Run
from tsup.samplers import KActive
from tsup.training import train


class Target(NamedTuple):
    """A function to call, the arguments that it always gets, and one in how many examples are tried."""

    name: str
    function: Callable[..., Any]
    pinned: Mapping[str, Any] = {}
    one_in: int = 1


number = st.sampled_from(
    [
        *(0, 1, 2, 3, 5, -1, 10**10, 10**20, 10**400, True),
        *(0.5, 0.9, 1e-6, 1e200, 1e-200, -2.5, np.inf, np.nan, 1 + 1j),
        *(np.float32(0.5), np.int64(2), np.array(0.1), Fraction(1, 3), Decimal("0.1")),
    ]
)
text = st.sampled_from(
    ["", "a", "b", "F06", "relu", "gelu", "triangle", "spread", "reference", "{", "\0", "½" * 300]
)
odd = st.sampled_from(
    [
        *(None, ..., object(), b"x", {1}, len, range(3), [], {}, [10**400], [[1, 2], [3]], "1", ["a", 1]),
        torch.ones(2, 3, requires_grad=True),
        torch.ones(2, 3, dtype=torch.complex64),
        torch.ones(3, dtype=torch.bfloat16),
        *(np.array(["a", "b"]), np.array([1j, 2]), np.array([None, 1]), np.array(["2020"], "M8[Y]")),
        np.ma.masked_array([1.0, 2.0], [True, False]),
        *(xr.Dataset(), xr.DataArray([1.0, 2.0]), Path("nowhere")),
    ]
)
KINDS = ("unit", "unit", "normal", "rising", "whole", "zeros", "holes", "huge", "tiny", "list", "single")


def _filled(shape: tuple[int, ...], kind: str, seed: int) -> Any:
    random = np.random.default_rng(seed)
    unit = random.uniform(0.05, 1, shape)
    made = {
        "unit": unit,
        "normal": random.standard_normal(shape),
        "rising": np.sort(unit, axis=0) if shape else unit,
        "whole": random.integers(0, 4, shape),
        "zeros": np.zeros(shape),
        "holes": np.where(unit < 0.5, np.nan, unit),
        "huge": 1e160 * unit,
        "tiny": 1e-170 * unit,
        "list": np.asarray(unit).tolist(),
        "single": np.asarray(unit, np.float32),
    }
    return made[kind]


arrays = st.builds(
    _filled,
    st.lists(st.sampled_from([1, 2, 2, 3, 3, 4, 0]), max_size=3).map(tuple),
    st.sampled_from(KINDS),
    st.integers(0, 3),
)
simple = st.one_of(arrays, number, text, odd)
anything = st.one_of(
    *(arrays, number, text, odd),
    st.lists(simple, max_size=3),
    st.dictionaries(st.sampled_from(["a", "b", "c", 1]), simple, max_size=3),
)


@cache
def trained(setup: config.Setup) -> Run:
    """A run of a few steps."""
    return train(setup.features, setup.model, setup.training, backend="reference", progress=False)


@dataclass
class Call:
    """One call being drawn: axes of one name have one size, and all is about one setup."""

    draw: Callable[[st.SearchStrategy], Any]
    target: Target
    sizes: dict[str, int] = field(default_factory=dict)

    @cached_property
    def shapes(self) -> dict[str, list[str]]:
        """The axes of arguments as the docstring gives them: `step, loss: (time,)`."""
        found: dict[str, list[str]] = {}
        text = inspect.getdoc(self.target.function) or ""
        for names, axes in re.findall(r"((?:\w+, )*\w+)(?::| →)[^.():]*\(([\w, ]*)\)", text):
            for name in names.split(", "):
                found.setdefault(name, axes.replace(",", " ").split())
        return found

    @cached_property
    def setup(self) -> config.Setup:
        """A world, a model and a training, all tiny."""
        pick = lambda *options: self.draw(st.sampled_from(options))  # noqa: E731
        n = pick(2, 3, 4)
        density = pick(0.1, 0.9, ((0.1,), (0.5,)))
        kind = pick(*get_args(config.Model))
        training = config.Training(
            steps=2, batch=4, replicas=pick(1, 2), snapshots=pick((), (0, 2)), bias=pick(None, "mean")
        )
        return config.Setup(features=config.Features(n, density), model=kind(pick(1, 2)), training=training)

    def right(self, hint: Any, name: str) -> Any:
        """A value that an annotation allows, as far as it says."""
        hint = getattr(hint, "__value__", hint)
        origin, inner = get_origin(hint), get_args(hint)
        if hint in OWN:
            return OWN[hint](self)
        if name in NAMED:
            return NAMED[name](self)
        if hasattr(hint, "dim_str"):
            return self.array(hint.dim_str.split(), hint)
        if origin in (Union, UnionType):
            return self._one_of(inner, name)
        if origin is Literal:
            return self.draw(st.sampled_from(inner))
        if origin is not None:
            return self._many(origin, inner, name)
        return self.draw(PLAIN.get(hint, anything))

    def _one_of(self, members: tuple, name: str) -> Any:
        if np.ndarray in members or (str in members and bytes in members):  # what NumPy reads
            return self.array(self.shapes.get(name))
        return self.right(self.draw(st.sampled_from(members)), name)

    def _many(self, origin: Any, inner: tuple, name: str) -> Any:
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(self.right(one, name) for one in inner)
        if issubclass(origin, Mapping):
            keys = self.draw(st.sampled_from([("a", "b"), ("a",), ("F06", "F08"), (0, 1), ()]))
            return {key: self.right(inner[1], name) for key in keys}
        if issubclass(origin, Iterable):
            return [self.right(inner[0], name) for _ in range(self.draw(st.sampled_from([2, 1, 3, 0])))]
        return self.draw(functions)

    def array(self, axes: list[str] | None, hint: Any = None) -> Any:
        """Of these axes, or of any; of the annotation's kind."""
        if axes is None:
            return self.draw(arrays)
        shape = tuple(size for axis in axes for size in self._sizes(axis))
        made = _filled(shape, self.draw(st.sampled_from(KINDS)), self.draw(st.integers(0, 3)))
        if hint is not None and "bool" in str(hint.dtypes):
            return np.asarray(made) > 0.5
        return np.asarray(made).astype(int) if hint is not None and "int8" in hint.dtypes else made

    def _sizes(self, axis: str) -> tuple[int, ...]:
        if axis.isdecimal():
            return (int(axis),)
        if axis.startswith("*") or axis in ("...", "…"):
            return (2,) * self.draw(st.sampled_from([0, 0, 1]))
        if axis not in self.sizes:
            self.sizes[axis] = self.draw(st.sampled_from([2, 3, 1, 4]))
        return (self.sizes[axis],)

    def weights(self) -> dict[str, np.ndarray]:
        """Of the setup's models."""
        random, stack = np.random.default_rng(0), self.draw(st.sampled_from([(self.setup.models,), (), (3,)]))
        known = models.shapes(self.setup.model, self.setup.features.n).items()
        return {name: random.standard_normal((*stack, *shape)).astype(np.float32) for name, shape in known}

    def own_data(self) -> Any:
        """Rows, or a sampler, for the setup."""
        n = self.setup.features.n
        rows = np.random.default_rng(0).uniform(size=(5, n))
        return self.draw(
            st.sampled_from([None, rows, rows.tolist(), rows[:, 1:], KActive(n, 1), KActive(n + 1, 1)])
        )

    def dataset(self, row: str = "F06") -> xr.Dataset:
        """A result with something wrong in it."""
        return self.draw(st.sampled_from(SPOILED))(load(row))

    def datasets(self) -> dict[str, xr.Dataset]:
        """Of the rows that the claims to be checked are measured on."""
        names = self.target.pinned.get("names", ("F06.gram",))
        sources = {row for claim in claims.select(*names) for row in claim.sources}
        return {row: self.dataset(row) for row in sorted(sources)}

    def coder(self) -> sparse_coding.Coder:
        """A tiny sparse autoencoder of any kind."""
        kind = self.draw(st.sampled_from(sparse_coding.KINDS))
        return kind(self.draw(st.sampled_from([2, 3])), 1)

    def activations(self) -> Any:
        """What a sparse autoencoder is trained on."""
        rows = np.random.default_rng(0).normal(size=(5, 3))
        return self.draw(
            st.sampled_from([rows, rows.tolist(), KActive(3, 1), sparse_coding.Hierarchy(2, 0.5)])
        )


functions = st.sampled_from([len, str, lambda x: x, lambda *x: plots.bias_cost(0.1), lambda *x: None])
PLAIN = {
    int: st.sampled_from([1, 2, 3, 0, 5, 10**10]),
    float: st.sampled_from([0.1, 0.5, 0.9, 1.0, 0.05, 2.0, 30.0]),
    bool: st.booleans(),
    str: text,
    NoneType: st.none(),
    np.ndarray: arrays,
    Path: st.sampled_from([Path("."), Path("new"), Path("\0"), Path("x" * 300)]),
}
OWN: dict[Any, Callable[[Call], Any]] = {
    config.Features: lambda call: call.setup.features,
    config.Model: lambda call: call.setup.model,
    config.Training: lambda call: call.setup.training,
    config.Setup: lambda call: call.setup,
    Run: lambda call: trained(call.setup),
    sparse_coding.Coder: Call.coder,
    sparse_coding.Training: lambda call: sparse_coding.Training(steps=2, batch=3, snapshots=(0, 2)),
    xr.Dataset: Call.dataset,
    plots.Figure: lambda call: plots.bias_cost(0.1),
    plots.Phases: lambda call: plots.Phases(
        *(call.array([axis]) for axis in ("density", "ratio")),
        *(call.array(["ratio", "density"]) for _ in range(2)),
    ),
}
NAMED: dict[str, Callable[[Call], Any]] = {
    "activations": Call.activations,
    "weights": Call.weights,
    "init": Call.weights,
    "data": lambda call: call.datasets() if "claims" in call.target.name else call.own_data(),
    "backend": lambda call: call.draw(st.sampled_from(["reference", "none"])),  # others compile for a minute
    "values": lambda call: {**call.setup.features.to_dict(), call.draw(text): call.draw(simple)},
}
SPOILED: list[Callable[[xr.Dataset], xr.Dataset]] = [
    lambda found: found.drop_vars(list(found.data_vars)[:1]),
    lambda found: found.drop_vars(list(found.variables)),
    lambda found: found.rename({name: f"{name}_" for name in found.dims}),
    lambda found: found.isel({name: slice(0, 0) for name in found.dims}),
    lambda found: found.isel({next(iter(found.dims)): 0}),
    lambda found: found.assign_attrs(audit="{"),
    lambda found: found.drop_attrs(),
    lambda found: found.astype(str),
    lambda found: found * np.nan,
]


@st.composite
def calls(draw, target: Target) -> tuple[list, dict[str, Any]]:
    """Arguments, of which none, one or two are drawn from anything; now and then one is missing, or one too many."""
    function = target.function
    form = inspect.signature(function).parameters
    hints = get_type_hints(function.__init__ if isinstance(function, type) else function)
    call, args, kwargs = Call(draw, target), [], {}
    wrong = draw(st.lists(st.sampled_from(list(form) or [""]), max_size=2))
    starred = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in form.values())
    for name, parameter in form.items():
        hint = hints.get(name, Any)
        if name in target.pinned:
            chosen = target.pinned[name]
        elif parameter.default is not parameter.empty and draw(st.booleans()):
            continue
        else:
            chosen = draw(anything) if name in wrong else call.right(hint, name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            args += chosen if isinstance(chosen, tuple) else [chosen]
        elif starred and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            args.append(chosen)
        elif parameter.kind is not parameter.VAR_KEYWORD:
            kwargs[name] = chosen
    slip = draw(st.integers(0, 30))
    if slip == 0 and kwargs:
        kwargs.popitem()
    return args, {**kwargs, "surplus": 1} if slip == 1 else kwargs
