"""What a claim is: a statement with a tolerance that a function tests, and how one is checked."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

import xarray as xr

from tsup.errors import InputError
from tsup.paper.results import load
from tsup.paper.verdict import Finding, Verdict

Measured = tuple[dict[str, Any], Verdict, str]
Kind = Literal["paper", "identity", "ours"]
Null = Callable[..., tuple[xr.Dataset, ...] | Mapping[str, Any]]
KINDS: tuple[Kind, ...] = get_args(Kind)
NARROW = 0.1
FACTORS = (0.5, 2.0)
AT_ONE = (
    "The verdict turns where only norms above 1 count as represented, which is the very length of a feature with a "
    "dimension to itself."
)


@dataclass(frozen=True)
class Claim:
    """A statement that a function can test.

    measure: the function. It returns all numbers by name, the verdict, and a sentence with the number that decides:
        at most 160 characters, written from what was measured.
    sources: rows whose result files the function takes, in this order; none for a claim computed on the spot.
    kind: "paper", a statement of the paper, its comments or its replications; "identity", a theorem or a model made
        by hand; "ours", a statement that this book adds.
    thresholds: parameters of the function that define what it counts, tried at half and at twice.
    bars: parameters of the function that are the tolerance itself; a verdict that turns when one moves by a tenth is
        narrow.
    null: makes data without the effect from the function's own: a tuple of datasets, or for a claim computed on the
        spot arguments by name. The claim must do worse on them than on record, or fail. Only an identity has none.
    turns: how the verdict turns with a threshold, in a sentence; empty where it does not.
    differently: the test of "holds differently", where the tolerance does not name it after that word.
    """

    id: str
    statement: str
    tolerance: str
    expected: Verdict
    sources: tuple[str, ...]
    measure: Callable[..., Measured]
    kind: Kind = "paper"
    thresholds: tuple[str, ...] = ()
    bars: tuple[str, ...] = ()
    null: Null | None = None
    turns: str = ""
    differently: str = ""

    def __call__(self, *inputs: Any, **parameters: float) -> Measured:
        """What the function measures, its verdict, and the sentence that tells it."""
        return self.measure(*inputs, **parameters)

    @property
    def row(self) -> str:
        """The row of the paper map."""
        return self.id.partition(".")[0]

    def inputs(self, data: Mapping[str, xr.Dataset]) -> tuple[xr.Dataset, ...]:
        """The datasets that the function takes: those given by row, and the others loaded."""
        return tuple(data[row] if row in data else load(row) for row in self.sources)

    def check(self, data: Mapping[str, xr.Dataset]) -> Finding:
        """Measure on these datasets, by row; rows that are not given are loaded.

        Raises InputError for data in which the function does not find what it reads in a result.
        """
        inputs = self.inputs(data)
        try:
            measured, verdict, sentence = self.measure(*inputs)
        except Exception as error:
            given = [row for row in self.sources if row in data]
            if not given or isinstance(error, InputError):
                raise
            raise InputError(
                f"data of {', '.join(given)} must hold what {self.id} reads, got "
                f"{' '.join(str(error).split())}"
            ) from error
        others = self._moved(inputs, self.bars, (1 - NARROW, 1 + NARROW)).values()
        narrow = any(other != verdict for other in others)
        return Finding(
            self.id,
            self.row,
            self.statement,
            measured,
            self.tolerance,
            verdict,
            self.expected,
            kind=self.kind,
            narrow=narrow,
            turns=self.turns,
            sentence=sentence,
            differently=self.differently,
            setups=dict(zip(self.sources, map(setup_in_words, inputs), strict=True)),
        )

    def sensitivity(self, data: Mapping[str, xr.Dataset]) -> dict[str, Verdict]:
        """The verdict with every threshold at half and at twice its value, by "name = value"."""
        return self._moved(self.inputs(data), self.thresholds, FACTORS)

    def on_null(self, data: Mapping[str, xr.Dataset]) -> Verdict | None:
        """The verdict on data without the effect; None for a claim that has no null."""
        if self.null is None:
            return None
        made = self.null(*self.inputs(data))
        return (self.measure(**made) if isinstance(made, Mapping) else self.measure(*made))[1]

    def is_blind(self, data: Mapping[str, xr.Dataset]) -> bool:
        """Whether data without the effect does as well as the verdict on record, and does not fail."""
        order, found = list(Verdict), self.on_null(data)
        return found not in (None, Verdict.FAILS) and order.index(found) <= order.index(self.expected)

    def _moved(
        self, inputs: tuple[xr.Dataset, ...], names: tuple[str, ...], factors: tuple[float, ...]
    ) -> dict[str, Verdict]:
        defaults = inspect.signature(self.measure).parameters
        tried = [(name, factor * defaults[name].default) for name in names for factor in factors]
        return {f"{name} = {value:g}": self.measure(*inputs, **{name: value})[1] for name, value in tried}


def claim(
    id: str,
    statement: str,
    tolerance: str,
    sources: tuple[str, ...] = (),
    expected: Verdict = Verdict.HOLDS,
    **about: Any,
) -> Callable[[Callable[..., Measured]], Claim]:
    """Make a function the test of a claim. The verdict on record stands here, beside the statement.

    about: kind, thresholds, bars, null, turns and differently of a `Claim`.
    """
    return lambda measure: Claim(id, statement, tolerance, expected, sources, measure, **about)


def setup_in_words(data: xr.Dataset) -> str:
    """The trainings that a result was made from: the main one as captions tell it, and the names of all."""
    names = [key.removeprefix("about_") for key in data.attrs if key.startswith("about_")]
    others = f"; {len(names)} trainings: {', '.join(names)}" if len(names) > 1 else ""
    return f"{data.attrs.get('about', 'given data')}{others}"


def densities(data: xr.Dataset) -> list[float]:
    """The densities of a result, as they are told."""
    return [float(p) for p in data.density.values]
