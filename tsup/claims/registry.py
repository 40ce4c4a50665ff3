"""The register of executable claims, and how one is checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import xarray as xr

from tsup.claims.verdict import Finding, Findings, Verdict
from tsup.errors import InputError
from tsup.results import load

Measured = tuple[dict[str, Any], Verdict]


@dataclass(frozen=True)
class Claim:
    """A statement of the paper that a function can test.

    sources: rows whose result files the function takes, in this order; none for a claim computed on the spot.
    """

    id: str
    statement: str
    tolerance: str
    expected: Verdict
    sources: tuple[str, ...]
    measure: Callable[..., Measured]

    @property
    def row(self) -> str:
        """The row of the paper map."""
        return self.id.partition(".")[0]

    def check(self, data: Mapping[str, xr.Dataset]) -> Finding:
        """Measure on these datasets, by row; rows that are not given are loaded."""
        inputs = (data[row] if row in data else load(row) for row in self.sources)
        measured, verdict = self.measure(*inputs)
        return Finding(self.id, self.row, self.statement, measured, self.tolerance, verdict, self.expected)


CLAIMS: dict[str, Claim] = {}


def claim(
    id: str,
    statement: str,
    tolerance: str,
    sources: tuple[str, ...] = (),
    expected: Verdict = Verdict.HOLDS,
) -> Callable[[Callable[..., Measured]], Callable[..., Measured]]:
    """Register a function as the test of a claim. The verdict on record stands here, beside the statement."""

    def register(measure: Callable[..., Measured]) -> Callable[..., Measured]:
        CLAIMS[id] = Claim(id, statement, tolerance, expected, sources, measure)
        return measure

    return register


def select(*names: str) -> tuple[Claim, ...]:
    """The claims of these rows or with these ids; all without names. Raises InputError for an unknown name."""
    rows = sorted({claim.row for claim in CLAIMS.values()})
    for name in names:
        if name not in rows and name not in CLAIMS:
            known = [id for id in CLAIMS if id.startswith(f"{name.partition('.')[0]}.")]
            raise InputError(f"claim must be one of {', '.join(known or rows)}, got {name!r}")
    chosen = (c for c in CLAIMS.values() if not names or c.row in names or c.id in names)
    return tuple(sorted(chosen, key=lambda c: c.row))


def check(*names: str, data: Mapping[str, xr.Dataset] | None = None) -> Findings:
    """Test the claims of rows such as "F08", or single ones such as "F08.linear-five"; all without names.

    data: datasets by row to measure instead of the result files. Raises InputError for an unknown name, and for a
    result file that is absent, truncated or stale.
    """
    return Findings(claim.check(data or {}) for claim in select(*names))
