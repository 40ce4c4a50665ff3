"""Whether a row was trained for long enough: its models and claims after twice the steps beside those on record."""

import json
import math
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from tsup import audit, results
from tsup.errors import InputError
from tsup.paper.claim import Claim
from tsup.paper.claims import CLAIMS
from tsup.paper.experiment import Job
from tsup.paper.results import load
from tsup.paper.rows import find

LOSS = 0.01  # of the best loss: a training that gains more by twice the steps was too short


def folder() -> Path:
    """Where the comparisons lie, one JSON file a row."""
    return results.folder() / "doubled"


def compare(
    row: str, densities: Collection[float] = (), device: str = "auto", progress: bool = False
) -> dict[str, Any]:
    """Train a row at paper scale with twice the steps, at some of its densities or at all, and compare.

    losses: for every training and density the best loss after twice the steps over that of the result. claims: for
    every claim that rests on the row, verdict and numbers before and after; at densities that were not trained again
    both are of the result. at: the densities, all where there are none. hash: that of the result compared with.
    Raises InputError as `tsup.paper.results.load` and `Plan.at` do, and for densities of a row without such an axis, or
    with snapshots along it.
    """
    before, experiment = load(row), find(row)
    plan = experiment.plan("paper").doubled()
    if densities:
        _require_separable(before, row)
    after = experiment.made(Job(plan.at(densities) if densities else plan, device, progress))
    spliced = _spliced(before, after) if densities else after
    return {
        "row": row,
        "hash": before.attrs["hash"],
        "at": sorted(densities, reverse=True),
        "losses": _losses(before, after),
        "claims": {claim.id: _claim(claim, row, spliced) for claim in _resting_on(row)},
    }


def _require_separable(before: xr.Dataset, row: str) -> None:
    """A longer training has more snapshots, which the other densities lack."""
    if "density" not in before.dims:
        raise InputError(f"densities must be of a row whose result has an axis of them, got {row}")
    if any({"density", "time"} <= set(values.dims) for values in before.data_vars.values()):
        raise InputError(f"densities must be of a row without snapshots at each density, got {row}")


def _spliced(before: xr.Dataset, after: xr.Dataset) -> xr.Dataset:
    """The first result, with the values of the second where that has any."""
    made = before.copy(deep=True)
    for name, values in after.data_vars.items():
        if "density" in values.dims:
            made[name].loc[{"density": after.density}] = values
    return made


def _losses(before: xr.Dataset, after: xr.Dataset) -> dict[str, list[list[float]]]:
    first, second = audit.of(before), audit.of(after)
    return {name: list(_factors(first[name], found)) for name, found in second.items()}


def _factors(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> Iterator[list[float]]:
    """Ends of the density, and the second loss over the first."""
    known = {tuple(one["density"]): one["ratio"] for one in first}
    for two in second:
        one = known[tuple(two["density"])]
        if one and two["ratio"]:
            yield [*two["density"], round(two["ratio"] / one, 4)]


def _resting_on(row: str) -> Iterator[Claim]:
    return (claim for claim in CLAIMS.values() if row in claim.sources)


def _claim(claim: Claim, row: str, after: xr.Dataset) -> dict[str, Any]:
    first, second = claim.check({}), claim.check({row: after})
    return {
        "verdicts": [str(first.verdict), str(second.verdict)],
        "numbers": [first.numbers, second.numbers],
    }


def moved(found: Mapping[str, Any], exempt: Collection[str] = ()) -> list[str]:
    """What twice the steps change, in words: best losses that fall by more than a hundredth, verdicts that turn.

    exempt: names of trainings that are short on purpose, whose losses are left out.
    """
    falls = [_falls(name, at) for name, at in found["losses"].items() if name not in exempt]
    turns = [
        f"{id}: {' → '.join(claim['verdicts'])}"
        for id, claim in found["claims"].items()
        if len(set(claim["verdicts"])) > 1
    ]
    return [words for words in falls if words] + turns


def _falls(name: str, losses: list[list[float]]) -> str:
    fallen = {low: factor for low, _, factor in losses if math.isfinite(factor) and factor < 1 - LOSS}
    if not fallen:
        return ""
    densities, factors = (dict.fromkeys((min(of), max(of))) for of in (fallen, fallen.values()))
    at, by = (" to ".join(f"{value:g}" for value in values) for values in (densities, factors))
    return f"{name} at density {at}: loss × {by}"


def write(found: Mapping[str, Any]) -> Path:
    """Keep a comparison as JSON; returns its path."""
    path = folder() / f"{found['row']}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    return path


def read(row: str) -> dict[str, Any] | None:
    """The comparison of a row's present result; None where there is none."""
    path = folder() / f"{row}.json"
    found = json.loads(path.read_text()) if path.is_file() else {}
    return found if found.get("hash") == find(row).digest("paper") else None


def said(row: str, exempt: Collection[str] = ()) -> list[str]:
    """What twice the steps change in a row's present result, in words, also where that is nothing or not known.

    exempt: as `moved` takes it. Raises InputError for an unknown row.
    """
    found = read(row)
    if found is None:
        return ["not compared"]
    only = [f"at {', '.join(f'{p:g}' for p in found['at'])} only"] if found.get("at") else []
    return only + (moved(found, exempt) or ["nothing moves"])
